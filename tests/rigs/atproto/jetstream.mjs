// A small Jetstream over both PDSes: the firehose as plain JSON, for those who say whom they want.
// Speaks what github.com/bluesky-social/jetstream speaks: wantedCollections, wantedDids, requireHello,
// options_update; no compression, no replay.
import { Firehose } from '@atproto/sync'
import { WebSocketServer } from 'ws'

export function startJetstream(rig) {
  const listeners = new Map() // socket -> {collections, dids}, null until its hello came
  const wss = new WebSocketServer({ noServer: true })
  const options = (p) => ({ collections: p.wantedCollections ?? [], dids: p.wantedDids ?? [] })

  wss.on('connection', (ws, req) => {
    const query = new URL(req.url, 'http://localhost').searchParams
    const asked = options({ wantedCollections: query.getAll('wantedCollections'), wantedDids: query.getAll('wantedDids') })
    listeners.set(ws, query.get('requireHello') === 'true' ? null : asked)
    ws.on('message', (data) => {
      const said = JSON.parse(data)
      if (said.type === 'options_update') listeners.set(ws, options(said.payload))
    })
    ws.on('close', () => listeners.delete(ws))
    ws.on('error', () => listeners.delete(ws))
  })

  const tell = (evt) => {
    if (!['create', 'update', 'delete'].includes(evt.event)) return
    const { did, collection, rkey, rev, event: operation } = evt
    const more = operation === 'delete' ? {} : { record: evt.record, cid: evt.cid.toString() }
    const line = JSON.stringify({ did, time_us: Date.now() * 1000, kind: 'commit', commit: { rev, operation, collection, rkey, ...more } })
    for (const [ws, wanted] of listeners) {
      if (!wanted) continue
      if (wanted.collections.length && !wanted.collections.includes(collection)) continue
      if (wanted.dids.length && !wanted.dids.includes(did)) continue
      ws.send(line)
    }
  }
  const hoses = rig.pds.map((pds) => new Firehose({
    service: pds.url.replace('http', 'ws'),
    idResolver: pds.ctx.idResolver,
    unauthenticatedCommits: true,
    excludeIdentity: true,
    excludeAccount: true,
    excludeSync: true,
    // The AppView has it by then: who is told asks it, and must not be told too early by chance.
    handleEvent: async (evt) => {
      if (listeners.size) await rig.sync().catch((err) => rig.log?.(String(err)))
      tell(evt)
    },
    onError: (err) => rig.log?.(String(err)),
  }))
  for (const hose of hoses) hose.start()
  return {
    upgrade: (req, socket, head) => wss.handleUpgrade(req, socket, head, (ws) => wss.emit('connection', ws, req)),
    close: async () => {
      for (const ws of wss.clients) ws.terminate()
      for (const hose of hoses) void hose.destroy().catch(() => {}) // waiting for its pause would take seconds
    },
  }
}
