// The smallest honest chat service: the real one is closed, so this one answers what the lexicons
// (`chat.bsky.*` of @atproto/api) allow, and checks every question and every answer against them.
// It is reached as the real one: through a PDS, with `atproto-proxy: did:web:api.bsky.chat#bsky_chat`.
import crypto from 'node:crypto'
import { lexicons } from '@atproto/api'

export const CHAT_DID = 'did:web:api.bsky.chat'
const NS = 'chat.bsky.convo.'

class ChatError extends Error {
  constructor(error, message = error, status = 400) {
    super(message)
    Object.assign(this, { error, status })
  }
}

// What a PDS finds behind the service's name.
export const chatDocument = (url) => ({
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: CHAT_DID,
  service: [{ id: '#bsky_chat', type: 'BskyChatService', serviceEndpoint: url }],
})

export function createChat(rig) {
  const convos = new Map()
  const logs = new Map() // did -> what happened to them, oldest first
  let clock = 0
  const faults = { lose: 0, drop: 0 }

  // Revisions are TIDs in the network: here too they rise, and sort as text.
  const nextRev = () => (clock = Math.max(clock + 1, Date.now() * 1000)).toString(32).padStart(13, '2')
  const now = () => new Date().toISOString()
  const note = (did, entry) => logs.set(did, [...(logs.get(did) ?? []), entry])

  const document = async (did) => {
    const data = await rig.plc.getClient().getDocumentData(did).catch(() => null)
    if (!data) throw new ChatError('RecipientNotFound', 'no such account')
    return { handle: data.alsoKnownAs?.[0]?.slice(5) ?? 'handle.invalid', pds: data.services.atproto_pds.endpoint }
  }
  const records = async (did, collection) => {
    const { pds } = await document(did)
    const url = `${pds}/xrpc/com.atproto.repo.listRecords?repo=${did}&collection=${collection}&limit=100`
    const res = await fetch(url, { headers: { 'x-ratelimit-bypass': 'rig-bypass' } })
    return res.ok ? (await res.json()).records.map((r) => r.value) : []
  }
  const follows = async (did, whom) => (await records(did, 'app.bsky.graph.follow')).some((r) => r.subject === whom)
  const blocks = async (did, whom) => (await records(did, 'app.bsky.graph.block')).some((r) => r.subject === whom)
  const allows = async (did) => (await records(did, 'chat.bsky.actor.declaration'))[0]?.allowIncoming ?? 'following'

  // Raises what the lexicon names when `from` may not write to `to`.
  const mayBegin = async (from, to) => {
    if (await blocks(from, to)) throw new ChatError('BlockedActor', 'you block this account')
    if (await blocks(to, from)) throw new ChatError('BlockedSubject', 'this account blocks you')
    const rule = await allows(to)
    if (rule === 'none') throw new ChatError('MessagesDisabled', 'recipient has disabled incoming messages')
    if (rule === 'following' && !(await follows(to, from))) throw new ChatError('NotFollowedBySender', 'recipient requires incoming messages to come from someone they follow')
  }

  const find = (id, did) => {
    const convo = convos.get(id)
    if (!convo || !convo.of.has(did) || convo.of.get(did).left) throw new ChatError('InvalidConvo', 'convo not found')
    return convo
  }
  const messageView = (message, did) => {
    const base = { id: message.id, rev: message.rev, sender: { did: message.sender }, sentAt: message.sentAt }
    if (message.hidden.has(did)) return { $type: `${NS}defs#deletedMessageView`, ...base }
    const reactions = message.reactions.map(({ value, by, at }) => ({ value, sender: { did: by }, createdAt: at }))
    return { $type: `${NS}defs#messageView`, ...base, text: message.text, ...(message.facets && { facets: message.facets }), reactions }
  }
  const seen = (convo, did) => convo.messages.filter((m) => m.rev > convo.of.get(did).since)
  const convoView = async (convo, did) => {
    const mine = convo.of.get(did)
    const said = seen(convo, did)
    const members = await Promise.all([...convo.of.keys()].map(async (one) => {
      const { handle } = await document(one)
      const viewer = one === did ? {} : { ...((await blocks(did, one)) && { blocking: `at://${did}/app.bsky.graph.block/self` }), blockedBy: await blocks(one, did) }
      return { did: one, handle, viewer, chatDisabled: (await allows(one)) === 'none', kind: { $type: 'chat.bsky.actor.defs#directConvoMember' } }
    }))
    const unread = said.filter((m) => m.sender !== did && m.rev > mine.read && !m.hidden.has(did)).length
    return {
      id: convo.id, rev: mine.rev, members, muted: mine.muted, status: mine.status, unreadCount: unread,
      kind: { $type: `${NS}defs#directConvo` },
      ...(said.length && { lastMessage: messageView(said.at(-1), did) }),
    }
  }
  const touch = (convo, did, type, more = {}) => {
    const rev = nextRev()
    convo.of.get(did).rev = rev
    note(did, { $type: `${NS}defs#${type}`, rev, convoId: convo.id, ...more })
    return rev
  }
  const page = (items, { limit = 50, cursor }) => {
    const from = Number(cursor ?? 0)
    const part = items.slice(from, from + limit)
    return { part, ...(from + limit < items.length && { cursor: String(from + limit) }) }
  }

  const methods = {
    async listConvos(did, q) {
      const mine = [...convos.values()].filter((c) => c.of.has(did) && !c.of.get(did).left)
        .filter((c) => (!q.status || c.of.get(did).status === q.status) && (seen(c, did).length || c.by === did))
        .sort((a, b) => (a.of.get(did).rev < b.of.get(did).rev ? 1 : -1))
      const views = await Promise.all(mine.map((c) => convoView(c, did)))
      const { part, cursor } = page(q.readState === 'unread' ? views.filter((v) => v.unreadCount) : views, q)
      return { convos: part, ...(cursor && { cursor }) }
    },
    async getConvo(did, q) {
      return { convo: await convoView(find(q.convoId, did), did) }
    },
    async getConvoForMembers(did, q) {
      const others = [...new Set([q.members].flat())].filter((one) => one !== did)
      if (others.length !== 1) throw new ChatError('InvalidRequest', 'a direct convo has two members')
      const known = [...convos.values()].find((c) => c.of.size === 2 && c.of.has(did) && c.of.has(others[0]))
      if (!known) await mayBegin(did, others[0])
      const convo = known ?? { id: crypto.randomUUID(), by: did, of: new Map(), messages: [] }
      if (!known) {
        convos.set(convo.id, convo)
        const fresh = (status) => ({ status, muted: false, read: '', since: '', rev: nextRev(), left: false })
        convo.of.set(did, fresh('accepted'))
        convo.of.set(others[0], fresh((await follows(others[0], did)) ? 'accepted' : 'request'))
        touch(convo, did, 'logBeginConvo')
      }
      convo.of.get(did).left = false
      return { convo: await convoView(convo, did) }
    },
    async getConvoAvailability(did, q) {
      const others = [q.members].flat().filter((one) => one !== did)
      try {
        await mayBegin(did, others[0])
      } catch (err) {
        if (err instanceof ChatError) return { canChat: false }
        throw err
      }
      return { canChat: true }
    },
    async getMessages(did, q) {
      const convo = find(q.convoId, did)
      const { part, cursor } = page(seen(convo, did).toReversed().map((m) => messageView(m, did)), q)
      return { messages: part, ...(cursor && { cursor }) }
    },
    async getLog(did, q) {
      const part = (logs.get(did) ?? []).filter((entry) => entry.rev > (q.cursor ?? '')).slice(0, 50)
      return { logs: part, cursor: part.at(-1)?.rev ?? q.cursor ?? '' }
    },
    async sendMessage(did, _, body) {
      const convo = find(body.convoId, did)
      for (const other of convo.of.keys()) if (other !== did) await mayBegin(did, other).catch((err) => { if (err.error !== 'NotFollowedBySender') throw err })
      const message = { id: crypto.randomUUID(), rev: nextRev(), sender: did, sentAt: now(), text: body.message.text, facets: body.message.facets, reactions: [], hidden: new Set() }
      convo.messages.push(message)
      for (const one of convo.of.keys()) {
        const state = convo.of.get(one)
        if (state.left) Object.assign(state, { left: false, status: one === did ? 'accepted' : 'request' })
        if (one === did) state.status = 'accepted'
        touch(convo, one, 'logCreateMessage', { message: messageView(message, one) })
      }
      return messageView(message, did)
    },
    async updateRead(did, _, body) {
      const convo = find(body.convoId, did)
      const upto = body.messageId ? convo.messages.find((m) => m.id === body.messageId) : convo.messages.at(-1)
      const mine = convo.of.get(did)
      if (upto && upto.rev > mine.read) mine.read = upto.rev
      if (upto) touch(convo, did, 'logReadMessage', { message: messageView(upto, did) })
      return { convo: await convoView(convo, did) }
    },
    async acceptConvo(did, _, body) {
      const convo = find(body.convoId, did)
      convo.of.get(did).status = 'accepted'
      return { rev: touch(convo, did, 'logAcceptConvo') }
    },
    async leaveConvo(did, _, body) {
      const convo = find(body.convoId, did)
      const rev = touch(convo, did, 'logLeaveConvo')
      Object.assign(convo.of.get(did), { left: true, since: rev, read: rev })
      return { convoId: convo.id, rev }
    },
    async muteConvo(did, _, body) {
      const convo = find(body.convoId, did)
      convo.of.get(did).muted = true
      touch(convo, did, 'logMuteConvo')
      return { convo: await convoView(convo, did) }
    },
    async unmuteConvo(did, _, body) {
      const convo = find(body.convoId, did)
      convo.of.get(did).muted = false
      touch(convo, did, 'logUnmuteConvo')
      return { convo: await convoView(convo, did) }
    },
    async addReaction(did, _, body) {
      const convo = find(body.convoId, did)
      const message = convo.messages.find((m) => m.id === body.messageId)
      if (!message) throw new ChatError('InvalidRequest', 'message not found')
      if (message.hidden.has(did)) throw new ChatError('ReactionMessageDeleted', 'message was deleted')
      if (!/\p{Extended_Pictographic}/u.test(body.value)) throw new ChatError('ReactionInvalidValue', 'not an emoji')
      if (message.reactions.filter((r) => r.by === did).length >= 5) throw new ChatError('ReactionLimitReached', 'too many')
      if (!message.reactions.some((r) => r.by === did && r.value === body.value)) message.reactions.push({ value: body.value, by: did, at: now() })
      return { message: messageView(message, did) }
    },
    async removeReaction(did, _, body) {
      const message = find(body.convoId, did).messages.find((m) => m.id === body.messageId)
      if (!message) throw new ChatError('InvalidRequest', 'message not found')
      message.reactions = message.reactions.filter((r) => r.by !== did || r.value !== body.value)
      return { message: messageView(message, did) }
    },
    async deleteMessageForSelf(did, _, body) {
      const convo = find(body.convoId, did)
      const message = convo.messages.find((m) => m.id === body.messageId)
      if (!message) throw new ChatError('MessageDeleteNotAllowed', 'message not found')
      message.hidden.add(did)
      touch(convo, did, 'logDeleteMessage', { message: messageView(message, did) })
      return messageView(message, did)
    },
  }

  // One question: who asks was proved by a service token of their PDS, made for this very method.
  async function answer(did, method, query, body) {
    const name = method.slice(NS.length)
    if (!method.startsWith(NS) || !methods[name]) throw new ChatError('MethodNotImplemented', `no ${method} here`, 501)
    const def = lexicons.getDefOrThrow(method)
    const params = {}
    for (const [key, kind] of Object.entries(def.parameters?.properties ?? {})) {
      if (!query.has(key)) continue
      params[key] = kind.type === 'array' ? query.getAll(key) : kind.type === 'integer' ? Number(query.get(key)) : query.get(key)
    }
    try {
      lexicons.assertValidXrpcParams(method, params)
      if (def.type === 'procedure') lexicons.assertValidXrpcInput(method, body)
    } catch (err) {
      throw new ChatError('InvalidRequest', err.message)
    }
    const sends = name === 'sendMessage'
    if (sends && faults.drop > 0) { faults.drop--; return null }
    const found = await methods[name](did, params, body)
    lexicons.assertValidXrpcOutput(method, found) // a bug of this rig, if it throws: 500
    if (sends && faults.lose > 0) { faults.lose--; return null }
    return found
  }

  return { answer, misbehave: (wanted) => Object.assign(faults, wanted) }
}
