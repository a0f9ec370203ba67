"""What the desk does when somebody asks or time passes: each service is one concern over store and queue."""
