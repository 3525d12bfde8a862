const express = require('express');
const cors = require('cors');

const app = express();
const port = process.env.PORT || 8080;

app.use(cors({ origin: process.env.CORS_ORIGINS.split(',') }));
app.get('/healthz', (request, response) => response.json({ ok: true }));

app.listen(port, () => console.log(`listening on ${port}`));
