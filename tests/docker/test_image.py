"""The Dockerfile builds what is in the checkout and runs it as nobody in particular; each check sees a broken copy."""

from __future__ import annotations

import pytest

from tests.docker.dockerfile import NotUnderstoodError, read_stages
from tests.docker.image import DOCKERFILE, IGNORE
from tests.docker.image_faults import image_faults

# What is changed -> what must be said about it.
BROKEN = {
    "an image without a version": ("python:3.11-slim-bookworm", "python:slim", "python:slim is not pinned"),
    "the newest image": ("FROM python:3.11-slim-bookworm\n", "FROM python:latest\n", "python:latest is not pinned"),
    "a Python that is too old": ("python:3.11-slim", "python:3.10-slim", "no Python that Semafor runs on"),
    "two bases": ("FROM python:3.11-slim-bookworm\n", "FROM python:3.13-slim-bookworm\n", "may not run on another"),
    "a source that is gone": ("COPY widget widget/", "COPY chat_widget widget/", "COPY chat_widget: nothing there"),
    "a source that is kept out": ("COPY widget widget/", "COPY tests widget/", "COPY tests: nothing there"),
    "a stage that is gone": ("--from=build", "--from=builder", "there is no such stage"),
    "a folder that nobody makes": ("COPY --from=build /opt/semafor", "COPY --from=build /opt/desk", "nothing makes it"),
    "an extra that is gone": ("[fast,scale]", "[fast,scale,redis]", "there is no extra redis"),
    "an extra that is missing": ("[fast,scale]", "[fast]", "lacks an extra"),
    "root": ("USER 10001:10001", "USER root", "USER root: not a fixed user"),
    "root by number": ("USER 10001:10001", "USER 0:0", "USER 0:0: not a fixed user"),
    "nobody named": ("USER 10001:10001\n", "", "USER root: not a fixed user"),
    "another user than was made": ("USER 10001:10001", "USER 10002:10002", "no `useradd --uid 10002"),
    "somebody else's data": ("--owner=10001", "--owner=0", "no `--owner=10001"),
    "a step after USER": ("VOLUME /data\n", "RUN touch /opt/semafor/x\n", "what is made after USER"),
    "another program": ('ENTRYPOINT ["semafor"]', 'ENTRYPOINT ["semaphore"]', "no such program"),
    "a shell": ('ENTRYPOINT ["semafor"]', "ENTRYPOINT semafor", "ENTRYPOINT is in the shell form"),
    "another subcommand": ('CMD ["serve"', 'CMD ["run"', "there is no such command"),
    "another option": ('"--host"', '"--bind"', "No such option: --bind"),
    "loopback only": ('"0.0.0.0"', '"127.0.0.1"', "cannot be reached from outside"),
    "another signal": ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGQUIT", "ends in order on SIGTERM"),
    "another port to publish": ("EXPOSE 8080", "EXPOSE 80", "HEALTHCHECK differ: [80, 8080, 8080]"),
    "another port to ask": ("'127.0.0.1', 8080", "'127.0.0.1', 8000", "HEALTHCHECK differ: [8080, 8080, 8000]"),
    "another route to ask": ("'/healthz'", "'/health'", "HEALTHCHECK asks /health"),
    "no health check": ("HEALTHCHECK ", "LABEL x=", "no HEALTHCHECK"),
    "another volume": ("VOLUME /data", "VOLUME /var/lib/semafor", "the data folder is not one place"),
    "another folder": ('"--data", "/data"', '"--data", "/srv"', "the data folder is not one place"),
    "a setting that is gone": ("SEMAFOR_DATA=/data", "SEMAFOR_DATA=/data SEMAFOR_FOLDER=/x", "SEMAFOR_FOLDER is no"),
    "a program off the path": ("PATH=/opt/semafor/bin:$PATH", "PATH=/opt/bin:$PATH", "/opt/semafor/bin is not on"),
    "another licence": ('licenses="Apache-2.0"', 'licenses="MIT"', "licence of the label"),
    "an address": ('title="Semafor"', 'title="https://semafor.example"', "may not be ours"),
}
LET_IN = {
    "the history": ("!LICENSE", "!.git", ".git/config would be sent"),
    "secrets": ("!LICENSE", "!docker", "docker/secrets/semafor_secret would be sent"),
    "installed packages": ("*\n", "# all\n", "node_modules/x/index.js would be sent"),
    "front ends built here": ("server/assets\n", "", "server/assets/stamp.json would be sent"),
    "compiled files": ("**/*.pyc", "*.pyc", "server/__pycache__/cli.pyc would be sent"),
    "nothing of a room": ("!queueing\n", "", "COPY queueing: nothing there is sent"),
}


def test_dockerfile_agrees_with_the_code() -> None:
    assert image_faults(DOCKERFILE.read_text(), IGNORE.read_text()) == []


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_dockerfile_is_seen(broken: str) -> None:
    old, new, said = BROKEN[broken]
    text = DOCKERFILE.read_text()
    assert old in text

    assert said in "\n".join(image_faults(text.replace(old, new), IGNORE.read_text()))


@pytest.mark.parametrize("let_in", LET_IN)
def test_what_must_not_reach_the_builder_is_seen(let_in: str) -> None:
    old, new, said = LET_IN[let_in]
    ignore = IGNORE.read_text().replace("**/__pycache__\n", "")
    assert old in ignore

    assert said in "\n".join(image_faults(DOCKERFILE.read_text(), ignore.replace(old, new)))


@pytest.mark.parametrize("text", ["RUN true", "FROM x\nONBUILD RUN y", "FROM x\nRUN <<END\nEND", "FROM x\nRUN y \\\n"])
def test_what_the_reader_does_not_understand_it_refuses(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        read_stages(text)


def test_reader_joins_lines_and_leaves_comments_out() -> None:
    (stage,) = read_stages('FROM a:1 AS b\n# no\nRUN one \\\n  # nor this\n  && two\nENV X="a b" \\\n    Y=c\n')

    assert (stage.base, stage.name) == ("a:1", "b")
    assert stage.all("RUN")[0].value == "one && two"
    assert stage.environment() == {"X": "a b", "Y": "c"}
