import NIOCore
import NIOHTTP1

/// One keep-alive connection; carries one request at a time. Lives on the engine's event loop.
final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let channel: any Channel
  private var engine: LoadEngine?
  private(set) var request: PendingRequest?
  private var reader = AnswerReader()
  private var readMoment: Int64?
  private var staysOpen = true
  private var isReused = false

  init(channel: any Channel, engine: LoadEngine) {
    self.channel = channel
    self.engine = engine
  }

  func send(_ pending: PendingRequest, head: HTTPRequestHead, body: [UInt8]) {
    var pending = pending
    pending.sent = monotonicNanoseconds()
    request = pending
    reader = AnswerReader()
    var head = head
    head.headers.add(name: "content-length", value: String(body.count))
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  /// Ends the request here and now; what the server still sends is not read.
  func abandon(_ failure: LoadFailure) {
    finish(.failed(failure))
    close()
  }

  func close() {
    engine?.forget(self)
    engine = nil
    channel.close(promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let moment = readMoment ?? monotonicNanoseconds()
    readMoment = moment
    guard request != nil else { return close() }
    do throws(AnswerError) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        // 103 and its like come before the answer (RFC 9110, 15.2).
        guard head.status.code >= 200 else { return }
        staysOpen = head.isKeepAlive
        reader.head(
          status: Int(head.status.code), contentType: head.headers.first(name: "content-type"),
          at: moment)
      case .body(let buffer): try reader.body(Array(buffer.readableBytesView)[...], at: moment)
      case .end: try end(at: moment)
      }
    } catch {
      abandon(error == .reported ? .status : .malformed)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) { readMoment = nil }

  func channelInactive(context: ChannelHandlerContext) { lost(.broken) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let fault = error as? HTTPParserError, fault != .invalidEOFState else {
      return lost(.broken)
    }
    abandon(.malformed)
  }

  /// A server may close an idle connection just as a request goes out on it: that is no answer, and
  /// the request goes out once more, its intended moment unchanged.
  private func lost(_ failure: LoadFailure) {
    guard let request, let engine, isReused, reader.firstByte == nil, !request.isResent else {
      return abandon(failure)
    }
    self.request = nil
    close()
    engine.resend(request)
  }

  private func end(at moment: Int64) throws(AnswerError) {
    let ending = try reader.end(at: moment)
    switch ending {
    case .complete: finish(.answered(at: moment), isWhole: true)
    case .cutShort:
      finish(.failed(reader.tokenMoments.isEmpty ? .malformed : .broken), isWhole: true)
    case .refused: finish(.failed(.status), isWhole: true)
    }
  }

  /// `isWhole`: the answer was read to its end, so the connection is clean.
  private func finish(_ outcome: Outcome, isWhole: Bool = false) {
    guard let request, let engine else { return }
    self.request = nil
    isReused = true
    if staysOpen, isWhole { engine.keep(self) } else { close() }
    engine.settle(request, outcome, reader)
  }

  enum Outcome: Hashable {
    case answered(at: Int64)
    case failed(LoadFailure)
  }
}

/// A request on its way.
struct PendingRequest {
  var number: Int
  /// Moments of the monotonic clock.
  var intended: Int64
  var begun: Int64
  var sent: Int64?
  var isResent = false
}

/// CLOCK_MONOTONIC, which no one sets back.
func monotonicNanoseconds() -> Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }
