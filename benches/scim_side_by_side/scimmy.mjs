// SCIMMY behind its routers, with people read from a file: node scimmy.mjs PORT TOKEN PEOPLE.jsonl
// Nothing is checked but what SCIMMY checks itself.
import crypto from "node:crypto";
import fs from "node:fs";
import readline from "node:readline";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, token, people] = process.argv.slice(2);
const users = new Map();
const now = new Date();
for await (const line of readline.createInterface({ input: fs.createReadStream(people) })) {
    const id = crypto.randomUUID();
    // SCIMMY's filters fail over a user who has no list of addresses at all.
    users.set(id, { emails: [], ...JSON.parse(line), id, meta: { created: now, lastModified: now } });
}

SCIMMY.Config.set({
    patch: true,
    filter: { supported: true, maxResults: 200 },
    changePassword: true,
    etag: false,
});
SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .ingress((resource, data) => {
        const id = resource.id ?? crypto.randomUUID();
        const meta = { created: users.get(id)?.meta.created ?? now, lastModified: new Date() };
        const user = { ...data, id, meta };
        users.set(id, user);
        return user;
    })
    .egress((resource) => {
        if (resource.id) {
            const user = users.get(resource.id);
            if (!user) throw new SCIMMY.Types.Error(404, null, "there is no such user");
            return user;
        }
        const all = [...users.values()];
        return resource.filter ? resource.filter.match(all) : all;
    })
    .degress((resource) => { users.delete(resource.id); });

const app = express();
app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    baseUri: () => `http://127.0.0.1:${port}`,
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("unknown token");
        return "bench";
    },
}));
app.listen(Number(port), "127.0.0.1");
