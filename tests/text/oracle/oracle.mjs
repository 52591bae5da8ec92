// Answers, line by line, what the networks' own libraries say of a text: JSON in, JSON out.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2] + "/");
const twitter = require("twitter-text");
const { RichText, UnicodeString } = require("@atproto/api");

const points = (text, index) => Array.from(text.slice(0, index)).length;
const spans = (text, found) => found.map(({ indices }) => indices.map((at) => points(text, at)));

const questions = {
  weigh(text) {
    const { weightedLength, valid, permillage } = twitter.parseTweet(text);
    return { weight: weightedLength, valid, permillage };
  },
  urls: (text) => spans(text, twitter.extractUrlsWithIndices(text)),
  cashtags: (text) => spans(text, twitter.extractCashtagsWithIndices(text)),
  mentions: (text) => spans(text, twitter.extractMentionsWithIndices(text)),
  hashtags: (text) => spans(text, twitter.extractHashtagsWithIndices(text)),
  graphemes: (text) => new UnicodeString(text).graphemeLength,
  facets(text) {
    const rich = new RichText({ text });
    rich.detectFacetsWithoutResolution();
    return (rich.facets ?? []).map(({ index, features: [feature] }) => ({
      start: index.byteStart,
      end: index.byteEnd,
      kind: feature.$type.split("#")[1],
      value: feature.uri ?? feature.did ?? feature.tag,
    }));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [question, text] = JSON.parse(line);
  console.log(JSON.stringify(questions[question](text)));
}
