const ws = new WebSocket(`ws://localhost:3000/chat?ticket=${ticket}`);

ws.onopen = () => {
  console.log("Connected!");
};

ws.onmessage = (event) => {
  const message = JSON.parse(event.data);
  console.log("Received:", message);
};

ws.onerror = (error) => {
  console.error("WebSocket error:", error);
};
