const chat = new ChatClient('http://localhost:3000', accessToken);
await chat.connect();
chat.onMessage((msg) => console.log(msg));
chat.send({ roomId: 1, content: "Hello!" });
