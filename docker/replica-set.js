// Run by mongosh in `mongo-replica-set` of compose.scale.yml. A second run finds what the first one made.

try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] });
}

// The servers that wait for this script must be able to write.
while (!db.hello().isWritablePrimary) sleep(200);
