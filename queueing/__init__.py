"""Who is served by whom and when, how long it will take, and when the desk was covered.

Pure domain: knows nothing of sockets, HTTP, mail or any driver (the adapters beside the port do).
"""
