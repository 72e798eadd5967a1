// A directory in memory behind SCIMMY's routers: node server.mjs PORT TOKEN
// POST /check {id, password} is the tests' own: it says whether the password is the stored one.
import crypto from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const [port, token] = process.argv.slice(2);
const users = new Map();
const shortest = 10;

SCIMMY.Config.set({
    patch: true,
    filter: { supported: true, maxResults: 200 },
    changePassword: true,
    etag: false,
});

const refuse = (status, type, why) => {
    throw new SCIMMY.Types.Error(status, type, why);
};

SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .ingress((resource, data) => {
        const id = resource.id ?? crypto.randomUUID();
        const before = users.get(id);
        const taken = [...users.values()].some(
            (user) => user.id !== id && user.userName.toLowerCase() === data.userName.toLowerCase());
        if (taken) refuse(409, "uniqueness", "this userName is taken");
        if (data.password !== undefined && data.password.length < shortest) {
            refuse(400, "invalidValue", `a password has at least ${shortest} characters`);
        }
        const now = new Date();
        const user = {
            ...data,
            id,
            password: data.password ?? before?.password,
            meta: { created: before?.meta.created ?? now, lastModified: now },
        };
        users.set(id, user);
        return user;
    })
    .egress((resource) => {
        if (resource.id) {
            return users.get(resource.id) ?? refuse(404, null, "there is no such user");
        }
        const all = [...users.values()];
        return resource.filter ? resource.filter.match(all) : all;
    })
    .degress((resource) => { users.delete(resource.id); });

const app = express();
app.post("/check", express.json(), (request, response) => {
    response.json(users.get(request.body.id)?.password === request.body.password);
});
app.use("/scim/v2", new SCIMMYRouters({
    type: "bearer",
    baseUri: () => `http://127.0.0.1:${port}`,
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("unknown token");
        return "test";
    },
}));
app.listen(Number(port), "127.0.0.1");
