"""A stand-in for a model's endpoint that costs next to no processor time: every request is answered alike after a while."""

import asyncio
import json
import sys


async def serve(seconds: float, body: bytes) -> None:
    """Answer every request on a port of loopback, printed first, with `body` after `seconds`, until standard input ends."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(asked.split(b"content-length:")[1].split(b"\r\n")[0]))
                await asyncio.sleep(seconds)
                writer.write(head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    answer = json.loads(sys.argv[2])
    message = {"role": "assistant", "content": answer}
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    about = {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "usage": usage}
    whole = about | {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    asyncio.run(serve(float(sys.argv[1]), json.dumps(whole).encode()))
