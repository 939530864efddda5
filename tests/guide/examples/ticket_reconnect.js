class ReconnectingChatClient extends ChatClient {
  async connectWithRetry(maxRetries = 3) {
    for (let i = 0; i < maxRetries; i++) {
      try {
        await this.connect();
        return;
      } catch (error) {
        console.log(`Connection attempt ${i + 1} failed`);
        await new Promise(r => setTimeout(r, 1000 * (i + 1)));
      }
    }
    throw new Error("Failed to connect after retries");
  }
}
