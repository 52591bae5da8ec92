module.exports = (c) => { return { dir: { input: 'content' } } };
