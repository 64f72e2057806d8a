// What a MeMesh client on Node's own fetch does, over a real socket: unprefixed paths, `x-api-key`, `Content-Type` only
// with a body, lists joined by commas, batches of thirty. LOCI_URL and LOCI_KEY name the server.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

const base = process.env.LOCI_URL;
const key = process.env.LOCI_KEY;
const space = `client-${randomUUID()}`;

async function call(method, path, body, credential = key) {
    const headers = { 'x-api-key': credential, 'User-Agent': 'memesh-local/1.0' };
    const options = { method, headers };
    if (body) {
        headers['Content-Type'] = 'application/json';
        options.body = JSON.stringify(body);
    }
    const response = await fetch(`${base}${path}`, options);
    return { status: response.status, text: await response.text() };
}

async function succeed(method, path, body) {
    const { status, text } = await call(method, path, body);
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${text}`);
    return JSON.parse(text);
}

test('a pasted key is checked by asking who it is, then the agent registers', async () => {
    const before = await succeed('GET', '/agents/me');
    assert.match(before.id, /^agt_/);
    const name = `client-${Date.now()}`;
    const registered = await succeed('POST', '/agents/register', {
        agentType: 'claude', agentName: name, agentVersion: '1.0.0', capabilities: { platform: 'node' },
    });
    assert.equal(registered.id, before.id);
    const after = await succeed('GET', '/agents/me');
    assert.equal(after.agentType, 'claude');
    assert.equal(after.agentName, name);
    assert.equal(after.status, 'online');
});

test('a memory is written and found at once, with an absolute similarity', async () => {
    const content = `The greenhouse door code is ${randomUUID()}`;
    const { id } = await succeed('POST', '/memory/write', { content, space, tags: ['garden'], sensitivity: 'normal' });
    const parameters = new URLSearchParams({ query: content, limit: '5', spaces: `${space},nowhere` });
    const hits = await succeed('GET', `/memory/search?${parameters}`);
    assert.ok(Array.isArray(hits));
    assert.equal(hits[0].id, id);
    assert.equal(hits[0].similarity, 1);
    assert.deepEqual(await succeed('POST', '/memory/search', { query: content, limit: 5, spaces: [space, 'nowhere'] }), hits);
});

test('thirty at a time: one faulty item does not stop the others', async () => {
    const memories = Array.from({ length: 30 }, (_, index) => ({
        content: index === 7 ? '' : `Seed tray number ${index} was watered`,
        space,
        tags: Array.from({ length: 10 }, (unused, tag) => `tag${tag}`),
    }));
    const result = await succeed('POST', '/memory/batch', { memories, transactional: false });
    assert.equal(result.total, 30);
    assert.equal(result.succeeded, 29);
    assert.equal(result.failed, 1);
    assert.equal(result.failures[0].index, 7);
    assert.equal(result.failures[0].errorCode, 'VALIDATION_ERROR');
    assert.equal(result.successes.length, 29);
});

test('a pull asks for everything, newest first, and the count agrees', async () => {
    const parameters = new URLSearchParams({ query: '*', limit: '500', spaces: space });
    const everything = await succeed('GET', `/memory/search?${parameters}`);
    const { count } = await succeed('GET', `/memory/count?spaces=${encodeURIComponent(space)}`);
    assert.equal(everything.length, count);
    const times = everything.map((memory) => memory.createdAt);
    assert.deepEqual(times, [...times].sort().reverse());
    assert.ok(everything.every((memory) => memory.similarity === null));
});

test('an error says what it is within the 200 characters that a client keeps', async () => {
    const refused = await call('GET', '/agents/me', undefined, 'mk_unknown');
    assert.equal(refused.status, 401);
    assert.match(refused.text.slice(0, 200), /^\{"statusCode":401,"error":"Unauthorized","message":"[^"]+","code":"UNAUTHENTICATED"/);
    const faulty = await call('POST', '/memory/write', { content: 'x', tags: Array(11).fill('t').map((tag, index) => tag + index) });
    assert.equal(faulty.status, 400);
    const body = JSON.parse(faulty.text);
    assert.equal(body.code, 'VALIDATION_ERROR');
    assert.equal(body.details.fields[0].path, 'tags');
});
