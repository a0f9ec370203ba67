"""What people send about their own account."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from server.fields import FactorCode, NewPassword, Request

Password = Annotated[str, Field(min_length=1, max_length=1024)]


class Proof(Request):
    """Who sits at the account proves once more that they own it."""

    password: Password


class PasswordChange(Request):
    """password: the one until now."""

    password: Password
    new_password: NewPassword


class FirstCode(Request):
    code: FactorCode
