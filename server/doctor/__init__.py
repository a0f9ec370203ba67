"""`semafor doctor`: looks at everything a desk stands on, changes nothing that people see, and says what to do."""
