// The plainest server with Express.
const express = require('express');
const app = express();
app.get('/', (request, response) => response.type('text/plain').send('Hello, World!\n'));
app.listen(Number(process.argv[2]), '127.0.0.1');
