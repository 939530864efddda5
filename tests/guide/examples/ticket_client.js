class ChatClient {
  constructor(baseUrl, accessToken) {
    this.baseUrl = baseUrl;
    this.accessToken = accessToken;
    this.ws = null;
  }

  async connect() {
    const response = await fetch(`${this.baseUrl}/chat/ticket`, {
      method: 'POST',
      headers: { 'accessToken': this.accessToken }
    });
    const { ticket } = await response.json();

    const wsUrl = this.baseUrl.replace('http', 'ws');
    this.ws = new WebSocket(`${wsUrl}/chat?ticket=${ticket}`);
    
    return new Promise((resolve, reject) => {
      this.ws.onopen = () => resolve(this);
      this.ws.onerror = reject;
    });
  }

  send(message) {
    this.ws.send(JSON.stringify(message));
  }

  onMessage(callback) {
    this.ws.onmessage = (event) => {
      callback(JSON.parse(event.data));
    };
  }

  disconnect() {
    this.ws?.close();
  }
}
