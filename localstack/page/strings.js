// Every word of the page, in both languages.

const en = {
  title: 'Chat',
  whoAreYou: 'Who are you in this window?',
  language: 'Language',
  dialect: 'How this window connects',
  roomDialect: 'Room socket',
  roomDialectHint: 'One room, every event; writes over HTTP',
  ticketDialect: 'Ticket socket',
  ticketDialectHint: 'All rooms, messages both ways',
  people: 'People',
  newPerson: 'Somebody new: name',
  join: 'Join',
  token: 'Access token',
  tokenHint: 'This chat asks for an access token. Print one in a terminal and paste it here:',
  signIn: 'Sign in',
  signOut: 'Sign out',
  otherWindow: 'Another window, another person',
  rooms: 'Rooms',
  newRoom: 'New room: name',
  create: 'Create',
  back: 'Back to the rooms',
  members: 'Members',
  close: 'Close',
  messages: 'Messages',
  message: 'Message',
  send: 'Send',
  picture: 'Send a picture',
  pictureAddress: 'Address of a picture',
  pictureOf: (name) => `Picture of ${name}`,
  pictureMissing: 'This picture cannot be shown',
  addMember: 'Add: name or number',
  add: 'Add',
  remove: (name) => `Remove ${name}`,
  leave: 'Leave the room',
  you: 'you',
  owner: 'owner',
  admin: 'admin',
  member: '',
  online: 'online',
  offline: 'offline',
  people_: (count, online) => `${count} members, ${online} online`,
  loadingOlder: 'Loading earlier messages…',
  noRooms: 'You are in no room yet. Create one, or have somebody add you.',
  noMessages: 'Nothing said yet. Be the first.',
  connecting: 'Connecting…',
  connected: 'Connected',
  down: 'Reconnecting…',
  noNetwork: 'Offline',
  caughtUp: (count) => (count === 1 ? '1 message caught up' : `${count} messages caught up`),
  newMessages: (count) => (count === 1 ? '1 new message' : `${count} new messages`),
  toNewest: 'To the newest',
  unread: (count) => `${count} unread`,
  waiting: 'Waiting',
  sending: 'Sending…',
  notSent: (why) => `Not sent: ${why}`,
  retry: 'Try again',
  discard: 'Discard',
  sent: 'Sent',
  readBy: (count) => `Read by ${count}`,
  readByAll: 'Read by all',
  file: 'File',
  removed: (name) => `You are no longer in ${name}`,
  unreachable: 'The chat did not answer. Try again.',
  unknownPerson: 'There is nobody of this name. Their number always works.',
  badToken: 'This is no access token: it has three parts with dots between them.',
};

const ko = {
  title: '채팅',
  whoAreYou: '이 창에서는 누구로 참여할까요?',
  language: '언어',
  dialect: '이 창의 연결 방식',
  roomDialect: '방 소켓',
  roomDialectHint: '방 하나의 모든 이벤트, 쓰기는 HTTP',
  ticketDialect: '티켓 소켓',
  ticketDialectHint: '모든 방의 메시지를 주고받기',
  people: '사람들',
  newPerson: '새 사용자 이름',
  join: '참여',
  token: '액세스 토큰',
  tokenHint: '이 채팅은 액세스 토큰이 필요합니다. 터미널에서 출력해 붙여 넣으세요.',
  signIn: '로그인',
  signOut: '로그아웃',
  otherWindow: '다른 창에서 다른 사람으로',
  rooms: '채팅방',
  newRoom: '새 채팅방 이름',
  create: '만들기',
  back: '채팅방 목록으로',
  members: '멤버',
  close: '닫기',
  messages: '메시지',
  message: '메시지 입력',
  send: '보내기',
  picture: '사진 보내기',
  pictureAddress: '사진 주소',
  pictureOf: (name) => `${name}님의 사진`,
  pictureMissing: '사진을 표시할 수 없습니다',
  addMember: '추가할 이름 또는 번호',
  add: '추가',
  remove: (name) => `${name}님 내보내기`,
  leave: '채팅방 나가기',
  you: '나',
  owner: '방장',
  admin: '관리자',
  member: '',
  online: '접속 중',
  offline: '오프라인',
  people_: (count, online) => `멤버 ${count}명, 접속 ${online}명`,
  loadingOlder: '이전 메시지를 불러오는 중…',
  noRooms: '아직 참여한 채팅방이 없습니다. 만들거나 초대를 받으세요.',
  noMessages: '아직 메시지가 없습니다. 먼저 인사해 보세요.',
  connecting: '연결 중…',
  connected: '연결됨',
  down: '다시 연결하는 중…',
  noNetwork: '오프라인',
  caughtUp: (count) => `놓친 메시지 ${count}개를 불러왔습니다`,
  newMessages: (count) => `새 메시지 ${count}개`,
  toNewest: '최신 메시지로',
  unread: (count) => `안 읽은 메시지 ${count}개`,
  waiting: '대기 중',
  sending: '보내는 중…',
  notSent: (why) => `보내지 못함: ${why}`,
  retry: '다시 시도',
  discard: '삭제',
  sent: '보냄',
  readBy: (count) => `${count}명 읽음`,
  readByAll: '모두 읽음',
  file: '파일',
  removed: (name) => `더 이상 ${name}의 멤버가 아닙니다`,
  unreachable: '채팅 서버가 응답하지 않습니다. 다시 시도하세요.',
  unknownPerson: '그 이름의 사용자가 없습니다. 번호로도 추가할 수 있습니다.',
  badToken: '액세스 토큰이 아닙니다. 점으로 나뉜 세 부분이어야 합니다.',
};

const LANGUAGES = { en, ko };
const KEPT = 'chat-language';
const listeners = new Set();

/** The language: the one that was chosen, or the browser's. */
export function language() {
  const chosen = localStorage.getItem(KEPT);
  if (chosen in LANGUAGES) return chosen;
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}

/** The words of the language. */
export const words = () => LANGUAGES[language()];

/** @param {string} chosen */
export function choose(chosen) {
  localStorage.setItem(KEPT, chosen);
  translate();
  for (const listener of listeners) listener();
}

/** @param {() => void} listener Called after each change of the language. */
export const onLanguage = (listener) => listeners.add(listener);

/** Fills in what index.html leaves to be said. */
export function translate() {
  const say = words();
  document.documentElement.lang = language();
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = say[node.dataset.text];
  for (const [data, attribute] of [['label', 'aria-label'], ['title', 'title'], ['placeholder', 'placeholder']]) {
    for (const node of document.querySelectorAll(`[data-${data}]`)) node.setAttribute(attribute, say[node.dataset[data]]);
  }
  for (const select of document.querySelectorAll('.languages')) select.value = language();
}
