import NIOCore
import NIOHTTP1

/// Serves the requests of one connection as the behaviour says.
final class Responder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart

  private let channel: any Channel
  private let seen: ModelServer.Seen
  private let behaviour: @Sendable (Int) -> Behaviour
  private var head: HTTPRequestHead?
  private var body = ByteBuffer()

  init(
    channel: any Channel, seen: ModelServer.Seen,
    behaviour: @escaping @Sendable (Int) -> Behaviour
  ) {
    self.channel = channel
    self.seen = seen
    self.behaviour = behaviour
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.clear()
    case .body(var part): body.writeBuffer(&part)
    case .end:
      guard let head else { return }
      let behaviour = behaviour(seen.add(head, String(buffer: body)))
      guard behaviour.ending != .silence else { return }
      channel.eventLoop.assumeIsolated().scheduleTask(in: behaviour.firstTokenAfter) { [self] in
        answer(behaviour)
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { channel.close(promise: nil) }

  private func answer(_ behaviour: Behaviour) {
    guard behaviour.ending != .notHTTP else { return sendGarbage() }
    let isStream = behaviour.ending != .whole && behaviour.status == 200
    let type = isStream ? "text/event-stream; charset=utf-8" : "application/json"
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: behaviour.status),
      headers: ["content-type": type])
    channel.writeAndFlush(HTTPServerResponsePart.head(head), promise: nil)
    guard isStream else {
      send(behaviour.status == 200 ? Wire.whole(behaviour) : #"{"error":{"code":1}}"#, behaviour)
      return finish()
    }
    sendTokens(from: 0, behaviour)
  }

  private func sendTokens(from first: Int, _ behaviour: Behaviour) {
    for number in first..<behaviour.tokens {
      guard behaviour.between == .zero || number == first else {
        channel.eventLoop.assumeIsolated().scheduleTask(in: behaviour.between) { [self] in
          sendTokens(from: number, behaviour)
        }
        return
      }
      send(Wire.token(number), behaviour)
    }
    end(behaviour)
  }

  private func end(_ behaviour: Behaviour) {
    switch behaviour.ending {
    case .hangUp: channel.close(promise: nil)
    case .giveUp: finish()
    case .nonsense:
      send("data: {\"choices\":[\n\n", behaviour)
      finish()
    case .complaint:
      send("data: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\n", behaviour)
      finish()
    default:
      send(Wire.last(behaviour), behaviour)
      finish()
      guard behaviour.ending == .doneThenClose else { return }
      channel.close(promise: nil)
    }
  }

  private func finish() { channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil) }

  private func send(_ text: String, _ behaviour: Behaviour) {
    let bytes = Array(text.utf8)
    let size = behaviour.pieces ?? bytes.count
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
      channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(piece)), promise: nil)
    }
  }

  /// Past the HTTP encoder, as they are.
  private func sendGarbage() {
    let garbage = NIOAny(ByteBuffer(string: "SSH-2.0-OpenSSH_9.2\r\n\r\n"))
    let encoder = try? channel.pipeline.syncOperations.context(
      handlerType: HTTPResponseEncoder.self)
    encoder?.writeAndFlush(garbage, promise: nil)
  }
}

/// What goes over the wire, shaped as llama.cpp and vLLM shape it.
enum Wire {
  static func token(_ number: Int) -> String {
    let role =
      number == 0 ? #"data: {"choices":[{"delta":{"role":"assistant","content":""}}]}"# : ""
    let opening = role.isEmpty ? "" : role + "\n\n"
    return opening + #"data: {"id":"x","choices":[{"index":0,"finish_reason":null,"delta":"#
      + #"{"content":" wörd\#(number) \"}]"}}],"created":1795252927}"# + "\n\n"
  }

  static func last(_ behaviour: Behaviour) -> String {
    let finish = #"data: {"choices":[{"delta":{},"finish_reason":"length"}]}"# + "\n\n"
    let counts = #"data: {"choices":[],\#(usage(behaviour))}"# + "\n\n"
    return finish + (behaviour.givesUsage ? counts : "") + "data: [DONE]\n\n"
  }

  static func whole(_ behaviour: Behaviour) -> String {
    #"{"choices":[{"message":{"role":"assistant","content":"a b"},"finish_reason":"stop"}],"#
      + usage(behaviour) + "}"
  }

  private static func usage(_ behaviour: Behaviour) -> String {
    let tokens = behaviour.usageTokens ?? behaviour.tokens
    return #""usage":{"prompt_tokens":\#(behaviour.promptTokens),"completion_tokens":\#(tokens),"#
      + #""total_tokens":\#(behaviour.promptTokens + tokens)}"#
  }
}
