// Gorse's own client, pointed at us.
import assert from 'node:assert/strict';
import gorsejs from 'gorsejs';
import { check } from '../../web/tests/harness.mjs';

export async function checkGorse(base) {
  const client = new gorsejs.Gorse({ endpoint: base, secret: 'unused' });
  const at = new Date().toISOString();
  await check('Gorse: users and items come in and are found again', async () => {
    assert.equal(await client.insertUser({ UserId: 'bob', Labels: ['cinephile'] }), 1);
    assert.deepEqual((await client.getUser('bob')).Labels, ['cinephile']);
    assert.equal(await client.updateUser('bob', { Comment: 'likes trains' }), 1);
    assert.equal((await client.getUser('bob')).Comment, 'likes trains');
    assert.equal(await client.insertUsers([{ UserId: 'eve' }, { UserId: 'mallory' }]), 2);
    assert.equal(await client.upsertItem({ ItemId: 'gorse-film', IsHidden: false, Categories: ['drama'], Labels: ['trains'], Timestamp: at, Comment: 'The Gorse Film' }), 1);
    const item = await client.getItem('gorse-film');
    assert.deepEqual(item.Categories, ['drama']);
    assert.equal(item.Comment, 'The Gorse Film');
    await assert.rejects(client.getItem('no-such-item'), (error) => error.code === 404 || /404/.test(String(error)));
  });
  await check('Gorse: lists come in pages', async () => {
    const first = await client.getItems({ n: 2 });
    assert.equal(first.Items.length, 2);
    const second = await client.getItems({ n: 2, cursor: first.Cursor });
    assert.notEqual(second.Items[0].ItemId, first.Items[0].ItemId);
    assert.ok((await client.getUsers({ n: 1000 })).Users.some(({ UserId }) => UserId === 'bob'));
  });
  await check('Gorse: feedback is kept once, replaced, listed and taken back', async () => {
    const star = { FeedbackType: 'star', UserId: 'bob', ItemId: 'tampopo-1985', Timestamp: at };
    assert.equal(await client.insertFeedbacks([star]), 1);
    assert.equal(await client.insertFeedbacks([star]), 0);
    assert.equal(await client.upsertFeedbacks([star]), 1);
    assert.equal((await client.getFeedback({ type: 'star', userId: 'bob', itemId: 'tampopo-1985' })).FeedbackType, 'star');
    assert.equal((await client.getUserFeedback('bob')).length, 1);
    assert.equal((await client.getUserFeedbackByType('bob', 'star'))[0].ItemId, 'tampopo-1985');
    assert.ok((await client.getItemFeedbackByType('tampopo-1985', 'star')).some(({ UserId }) => UserId === 'bob'));
    assert.ok((await client.getFeedbacks('star', { n: 100 })).Feedback.length >= 1);
    await client.deleteFeedback({ type: 'star', userId: 'bob', itemId: 'tampopo-1985' });
    await assert.rejects(client.getFeedback({ type: 'star', userId: 'bob', itemId: 'tampopo-1985' }));
    await assert.rejects(client.insertFeedbacks([{ ...star, FeedbackType: 'teleported' }]));
  });
  await check('Gorse: recommendations for a user, a session and an item', async () => {
    await client.insertFeedbacks([{ FeedbackType: 'like', UserId: 'bob', ItemId: 'tampopo-1985', Timestamp: at }]);
    const picks = await client.getRecommend({ userId: 'bob', cursorOptions: { n: 5 } });
    assert.equal(picks.length, 5);
    assert.ok(!picks.includes('tampopo-1985'), 'what was seen came back');
    const comedies = await client.getRecommend({ userId: 'bob', category: 'comedy', cursorOptions: { n: 3 } });
    for (const id of comedies) assert.ok((await client.getItem(id)).Categories.includes('comedy'), id);
    const session = await client.getSessionRecommend([{ FeedbackType: 'like', UserId: '', ItemId: 'tampopo-1985', Timestamp: at }], { cursorOptions: { n: 4 } });
    assert.equal(session.length, 4);
    assert.ok(session.every(({ Id, Score }) => typeof Id === 'string' && Number.isFinite(Score)));
    assert.equal((await client.getItemNeighbors({ itemId: 'tampopo-1985', cursorOptions: { n: 3 } })).length, 3);
    assert.equal((await client.getPopular({ cursorOptions: { n: 3 } })).length, 3);
    const latest = await client.getLatest({ cursorOptions: { n: 3 } });
    assert.ok(latest[0].Score >= latest[2].Score);
  });
  await check('Gorse: a user who goes is gone', async () => {
    assert.equal(await client.deleteUser('mallory'), 1);
    await assert.rejects(client.getUser('mallory'));
  });
}
