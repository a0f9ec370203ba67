"""What was said and what was promised: chats, messages, tickets, mails, and the record they are kept in.

The rules are pure; only the adapters beside the port import a driver. Knows nothing of the queue, sockets or HTTP.
"""
