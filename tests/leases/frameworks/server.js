"use strict";

const express = require("express");

const app = express();
app.get("/", (request, response) => response.send("express answers"));
const server = app.listen(process.env.PORT, "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
