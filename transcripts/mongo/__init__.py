"""The record in MongoDB: a replica set that several servers share, through motor or PyMongo's own async client."""
