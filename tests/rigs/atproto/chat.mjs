// The smallest honest chat service: the real one is closed, so this one answers what the lexicons
// (`chat.bsky.*` of @atproto/api) allow, and checks every question and every answer against them.
// It is reached as the real one: through a PDS, with `atproto-proxy: did:web:api.bsky.chat#bsky_chat`.
import crypto from 'node:crypto'
import { lexicons } from '@atproto/api'

export const CHAT_DID = 'did:web:api.bsky.chat'
const NS = 'chat.bsky.convo.'
const GROUP = 'chat.bsky.group.'

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
    if (message.data) return { $type: `${NS}defs#systemMessageView`, id: message.id, rev: message.rev, sentAt: message.sentAt, data: message.data }
    const base = { id: message.id, rev: message.rev, sender: { did: message.sender }, sentAt: message.sentAt }
    if (message.hidden.has(did)) return { $type: `${NS}defs#deletedMessageView`, ...base }
    const reactions = message.reactions.map(({ value, by, at }) => ({ value, sender: { did: by }, createdAt: at }))
    return { $type: `${NS}defs#messageView`, ...base, text: message.text, ...(message.facets && { facets: message.facets }), reactions }
  }
  const roleOf = (convo, did) => (convo.group.owner === did ? 'owner' : 'standard')
  const linkView = ({ code, enabled, requireApproval, joinRule, createdAt }) => ({ code, enabledStatus: enabled ? 'enabled' : 'disabled', requireApproval, joinRule, createdAt })
  const groupView = ({ group, of }, did) => ({
    $type: `${NS}defs#groupConvo`, createdAt: group.createdAt, lockStatus: group.locked ? 'locked' : 'unlocked', lockStatusModerationOverride: false,
    memberCount: of.size, memberLimit: 100, name: group.name,
    ...(group.link && { joinLink: linkView(group.link) }),
    ...(group.owner === did && { joinRequestCount: group.asking.size, unreadJoinRequestCount: group.asking.size }),
  })
  const basic = async (did) => ({ did, handle: (await document(did)).handle })
  const seen = (convo, did) => convo.messages.filter((m) => m.rev > convo.of.get(did).since)
  const convoView = async (convo, did) => {
    const mine = convo.of.get(did)
    const said = seen(convo, did)
    const members = await Promise.all([...convo.of.keys()].map(async (one) => {
      const { handle } = await document(one)
      const viewer = one === did ? {} : { ...((await blocks(did, one)) && { blocking: `at://${did}/app.bsky.graph.block/self` }), blockedBy: await blocks(one, did) }
      const kind = convo.group ? { $type: 'chat.bsky.actor.defs#groupConvoMember', role: roleOf(convo, one) } : { $type: 'chat.bsky.actor.defs#directConvoMember' }
      return { did: one, handle, viewer, chatDisabled: (await allows(one)) === 'none', kind }
    }))
    const unread = said.filter((m) => m.sender !== did && m.rev > mine.read && !m.hidden.has(did)).length
    return {
      id: convo.id, rev: mine.rev, members, muted: mine.muted, status: mine.status, unreadCount: unread,
      kind: convo.group ? groupView(convo, did) : { $type: `${NS}defs#directConvo` },
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
        convo.of.set(did, fresh('accepted'))
        convo.of.set(others[0], fresh((await follows(others[0], did)) ? 'accepted' : 'request'))
        touch(convo, did, 'logBeginConvo')
      }
      convo.of.get(did).left = false
      return { convo: await convoView(convo, did) }
    },
    async getConvoMembers(did, q) {
      const { members } = await convoView(find(q.convoId, did), did)
      const { part, cursor } = page(members, q)
      return { members: part, ...(cursor && { cursor }) }
    },
    async lockConvo(did, _, body) {
      const convo = owned(body.convoId, did)
      if (convo.group.locked) throw new ChatError('ConvoLocked', 'convo is locked')
      convo.group.locked = true
      happened(convo, 'LockConvo', { lockedBy: { did } })
      return { convo: await convoView(convo, did) }
    },
    async unlockConvo(did, _, body) {
      const convo = owned(body.convoId, did)
      convo.group.locked = false
      happened(convo, 'UnlockConvo', { unlockedBy: { did } })
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
      if (convo.group?.locked) throw new ChatError('ConvoLocked', 'convo is locked')
      if (!convo.group) for (const other of convo.of.keys()) if (other !== did) await mayBegin(did, other).catch((err) => { if (err.error !== 'NotFollowedBySender') throw err })
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
      if (convo.group?.owner === did && !convo.group.locked) throw new ChatError('OwnerCannotLeave', 'lock the group first')
      const rev = touch(convo, did, 'logLeaveConvo')
      if (convo.group) {
        convo.of.delete(did)
        happened(convo, 'MemberLeave', { member: { did } })
        return { convoId: convo.id, rev }
      }
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

  const fresh = (status, since = '') => ({ status, muted: false, read: since, since, rev: nextRev(), left: false })
  const owned = (id, did) => {
    const convo = find(id, did)
    if (!convo.group) throw new ChatError('InvalidConvo', 'no group')
    if (convo.group.owner !== did) throw new ChatError('InsufficientRole', 'only its owner')
    return convo
  }
  const open = (id, did) => {
    const convo = owned(id, did)
    if (convo.group.locked) throw new ChatError('ConvoLocked', 'convo is locked')
    return convo
  }
  // What happens to a group stands in it, and in everybody's log.
  const happened = (convo, kind, data = {}) => {
    const message = { id: crypto.randomUUID(), rev: nextRev(), sentAt: now(), hidden: new Set(), reactions: [], data: { $type: `${NS}defs#systemMessageData${kind}`, ...data } }
    convo.messages.push(message)
    const related = kind.startsWith('EditGroup') || kind.endsWith('JoinLink') ? {} : { relatedProfiles: [] }
    for (const one of convo.of.keys()) touch(convo, one, `log${kind}`, { message: messageView(message, one), ...related })
  }
  const mayJoin = async (from, to) => {
    if (await blocks(from, to)) throw new ChatError('BlockedActor', 'you block this account')
    if (await blocks(to, from)) throw new ChatError('BlockedSubject', 'this account blocks you')
    await document(to)
  }
  const enter = (convo, did, status) => {
    convo.of.set(did, fresh(status, convo.messages.at(-1)?.rev ?? ''))
    touch(convo, did, 'logBeginConvo')
  }
  const linked = (id, did) => {
    const convo = owned(id, did)
    if (!convo.group.link) throw new ChatError('NoJoinLink', 'no join link')
    return convo
  }
  const byCode = (code) => [...convos.values()].find((c) => c.group?.link?.code === code)

  const groups = {
    async createGroup(did, _, body) {
      const others = [...new Set(body.members)].filter((one) => one !== did)
      for (const one of others) await mayJoin(did, one)
      const group = { name: body.name, owner: did, createdAt: now(), locked: false, link: null, asking: new Map(), kicked: new Set() }
      const convo = { id: crypto.randomUUID(), by: did, of: new Map(), messages: [], group }
      convos.set(convo.id, convo)
      for (const one of [did, ...others]) enter(convo, one, one === did ? 'accepted' : 'request')
      for (const one of others) happened(convo, 'AddMember', { member: { did: one }, role: 'standard', addedBy: { did } })
      return { convo: await convoView(convo, did) }
    },
    async editGroup(did, _, body) {
      const convo = open(body.convoId, did)
      const oldName = convo.group.name
      convo.group.name = body.name
      happened(convo, 'EditGroup', { oldName, newName: body.name })
      return { convo: await convoView(convo, did) }
    },
    async addMembers(did, _, body) {
      const convo = open(body.convoId, did)
      const added = body.members.filter((one) => !convo.of.has(one))
      for (const one of added) await mayJoin(did, one)
      for (const one of added) {
        enter(convo, one, 'request')
        convo.group.kicked.delete(one)
        happened(convo, 'AddMember', { member: { did: one }, role: 'standard', addedBy: { did } })
      }
      return { convo: await convoView(convo, did), addedMembers: await Promise.all(added.map(basic)) }
    },
    async removeMembers(did, _, body) {
      const convo = owned(body.convoId, did)
      for (const one of body.members.filter((m) => m !== did && convo.of.has(m))) {
        touch(convo, one, 'logLeaveConvo')
        convo.of.delete(one)
        convo.group.kicked.add(one)
        happened(convo, 'RemoveMember', { member: { did: one }, removedBy: { did } })
      }
      return { convo: await convoView(convo, did) }
    },
    async createJoinLink(did, _, body) {
      const convo = owned(body.convoId, did)
      if (convo.group.link?.enabled) throw new ChatError('EnabledJoinLinkAlreadyExists', 'there is one')
      convo.group.link = { code: crypto.randomBytes(6).toString('hex'), enabled: true, requireApproval: body.requireApproval ?? false, joinRule: body.joinRule, createdAt: now() }
      happened(convo, 'CreateJoinLink')
      return { joinLink: linkView(convo.group.link) }
    },
    async editJoinLink(did, _, body) {
      const convo = linked(body.convoId, did)
      const { requireApproval = convo.group.link.requireApproval, joinRule = convo.group.link.joinRule } = body
      Object.assign(convo.group.link, { requireApproval, joinRule })
      happened(convo, 'EditJoinLink')
      return { joinLink: linkView(convo.group.link) }
    },
    async enableJoinLink(did, _, body) {
      const convo = linked(body.convoId, did)
      if (convo.group.link.enabled) throw new ChatError('LinkAlreadyEnabled', 'it works already')
      convo.group.link.enabled = true
      happened(convo, 'EnableJoinLink')
      return { joinLink: linkView(convo.group.link) }
    },
    async disableJoinLink(did, _, body) {
      const convo = linked(body.convoId, did)
      convo.group.link.enabled = false
      happened(convo, 'DisableJoinLink')
      return { joinLink: linkView(convo.group.link) }
    },
    async getJoinLinkPreviews(did, q) {
      const views = [q.codes].flat().map(async (code) => {
        const convo = byCode(code)
        if (!convo) return { $type: `${GROUP}defs#invalidJoinLinkPreviewView`, code }
        const { group, of } = convo
        if (!group.link.enabled) return { $type: `${GROUP}defs#disabledJoinLinkPreviewView`, code }
        return {
          $type: `${GROUP}defs#joinLinkPreviewView`, convoId: convo.id, code, name: group.name, owner: await basic(group.owner),
          memberCount: of.size, memberLimit: 100, requireApproval: group.link.requireApproval, joinRule: group.link.joinRule,
          ...(of.has(did) && { convo: await convoView(convo, did) }),
          ...(group.asking.has(did) && { viewer: { requestedAt: group.asking.get(did) } }),
        }
      })
      return { joinLinkPreviews: await Promise.all(views) }
    },
    async requestJoin(did, _, body) {
      const convo = byCode(body.code)
      if (!convo) throw new ChatError('InvalidCode', 'no such link')
      const { group } = convo
      if (!group.link.enabled) throw new ChatError('LinkDisabled', 'switched off')
      if (group.locked) throw new ChatError('ConvoLocked', 'convo is locked')
      if (group.kicked.has(did)) throw new ChatError('UserKicked', 'put out before')
      if (group.link.joinRule === 'followedByOwner' && !(await follows(group.owner, did))) throw new ChatError('FollowRequired', 'its owner does not follow you')
      if (convo.of.has(did)) return { status: 'joined', convo: await convoView(convo, did) }
      if (group.link.requireApproval) {
        group.asking.set(did, now())
        return { status: 'pending' }
      }
      enter(convo, did, 'accepted')
      happened(convo, 'MemberJoin', { member: { did }, role: 'standard' })
      return { status: 'joined', convo: await convoView(convo, did) }
    },
    async listJoinRequests(did, q) {
      const convo = owned(q.convoId, did)
      const all = [...convo.group.asking].map(async ([one, requestedAt]) => ({ convoId: convo.id, requestedBy: await basic(one), requestedAt }))
      const { part, cursor } = page(await Promise.all(all), q)
      return { requests: part, ...(cursor && { cursor }) }
    },
    async approveJoinRequest(did, _, body) {
      const convo = owned(body.convoId, did)
      if (convo.group.asking.delete(body.member)) {
        enter(convo, body.member, 'accepted')
        happened(convo, 'MemberJoin', { member: { did: body.member }, role: 'standard', approvedBy: { did } })
      }
      return { convo: await convoView(convo, did) }
    },
    async rejectJoinRequest(did, _, body) {
      owned(body.convoId, did).group.asking.delete(body.member)
      return {}
    },
  }

  // One question: who asks was proved by a service token of their PDS, made for this very method.
  async function answer(did, method, query, body) {
    const space = method.startsWith(GROUP) ? GROUP : NS
    const name = method.slice(space.length)
    const kinds = space === GROUP ? groups : methods
    if (!method.startsWith(space) || !kinds[name]) throw new ChatError('MethodNotImplemented', `no ${method} here`, 501)
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
    const found = await kinds[name](did, params, body)
    lexicons.assertValidXrpcOutput(method, found) // a bug of this rig, if it throws: 500
    if (sends && faults.lose > 0) { faults.lose--; return null }
    return found
  }

  return { answer, misbehave: (wanted) => Object.assign(faults, wanted) }
}
