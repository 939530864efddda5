import websocket
import requests
import json

# WebSocket 연결
def on_message(ws, message):
    data = json.loads(message)
    print(f"Type: {data['type']}")
    print(f"Data: {data['data']}")

ws = websocket.WebSocketApp(
    "ws://localhost:3000/ws/chat/1?user_id=123",
    on_message=on_message
)
ws.run_forever()

# 메시지 전송 (HTTP)
requests.post(
    'http://localhost:3000/api/v1/chat/rooms/1/messages',
    json={'user_id': 123, 'message': '안녕!'}
)
