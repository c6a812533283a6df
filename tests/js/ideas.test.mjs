import assert from 'node:assert/strict';
import test from 'node:test';

import { ideasIn } from '../../ui/static/ideas.js';

test('each idea of an answer is found with its number and its title', () => {
  const answer = '1. Surf and sand: A calm film of surf: waves, dunes.\n   6 files, 0:47 usable: a.mp4\n   coverage 90 %: sea 100 %\n\n2. The calm ones: Everything calm.\n   2 files';
  assert.deepEqual(ideasIn(answer), [[1, 'Surf and sand'], [2, 'The calm ones']]);
  assert.deepEqual(ideasIn('Nothing like that is in this footage.'), []);
});
