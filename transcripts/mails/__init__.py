"""What each mail says: to customers, agents and managers, and how it is rendered."""
