// A real OpenID Connect provider for one desk. Whoever is typed into its form is signed in: NAME has the verified
// address NAME, and "unverified:NAME" the same one unverified. Prints its issuer when it listens.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [redirect] = process.argv.slice(2);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "semafor", client_secret: "its secret: + and %", redirect_uris: [redirect] }],
    cookies: { keys: ["of no importance"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: id.replace("unverified:", ""),
        email_verified: !id.startsWith("unverified:"),
        name: "Called by the provider",
      }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
