// WebSocket 연결
const ws = new WebSocket('ws://localhost:3000/ws/chat/1?user_id=123');

// 메시지 수신
ws.onmessage = (event) => {
  const data = JSON.parse(event.data);
  console.log('Type:', data.type);
  console.log('Data:', data.data);
};

// 메시지 전송 (HTTP)
fetch('http://localhost:3000/api/v1/chat/rooms/1/messages', {
  method: 'POST',
  body: JSON.stringify({ user_id: 123, message: '안녕!' }),
});
