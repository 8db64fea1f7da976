import express from 'express';

/** Entry: what Express itself costs on this machine; listens on the port of its argument. */
const app = express();
app.disable('x-powered-by');
app.get('/hello', (_request, response) => {
  response.type('text').send('hello');
});
app.post('/echo', express.json({ limit: '16kb' }), (_request, response) => {
  response.status(202).json({ status: 'check-your-inbox' });
});
app.listen(Number(process.env['PORT']), '127.0.0.1', () => process.send?.('ready'));
process.on('disconnect', () => process.exit(0));
