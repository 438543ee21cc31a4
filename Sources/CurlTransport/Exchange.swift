import Ports
import Synchronization

/// One request on its way, and what has come of it so far.
///
/// All but the two atomics belongs to the loop's thread once the exchange was handed over; the
/// hand-over is through the loop's mutex. That is why it may be called Sendable.
final class Exchange: @unchecked Sendable {
  /// More than any sane answer has (Go's and Apache's limits for requests are 1 MiB and 8 KiB).
  static let maximumHeaderBytes = 64 << 10

  let request: HTTPRequest
  let authority: Authority
  /// Set before or after the hand-over, from any thread.
  let isCancelled = Atomic<Bool>(false)

  private(set) var headers: [HTTPField] = []
  private(set) var body: [UInt8] = []
  private(set) var isTooLarge = false
  private(set) var hasTooManyHeaders = false
  /// Who gets the body has seen enough.
  private(set) var isEnough = false
  var refusedAddress = false
  /// Its permit had ended when its first byte was about to leave.
  private(set) var lateness: Lateness?
  private var headerBytes = 0
  private var status = 0
  /// For a stream: gets the body of a success piece by piece.
  private let sink: (@Sendable ([UInt8]) -> Bool)?
  private let answer: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

  var isStream: Bool { sink != nil }

  init(
    _ request: HTTPRequest, to authority: Authority, sink: (@Sendable ([UInt8]) -> Bool)? = nil,
    answer: CheckedContinuation<Result<HTTPResponse, TransportError>, Never>
  ) {
    self.request = request
    self.authority = authority
    self.sink = sink
    self.answer = answer
  }

  /// Ends the exchange; once.
  func finish(_ result: Result<HTTPResponse, TransportError>) { answer.resume(returning: result) }

  /// Gives the body away, so that nothing of it is kept here.
  func takeBody() -> [UInt8] {
    defer { body = [] }
    return body
  }

  /// False when this is past the limit, counted on what has been decoded: a body of 200 kB can be
  /// 200 MB so, and CURLOPT_MAXFILESIZE stops neither that nor a chunked one.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if let sink, (200...299).contains(status) {
      isEnough = unsafe !sink(Array(bytes))
      return !isEnough
    }
    guard bytes.count <= request.limits.decodedBytes - body.count else {
      isTooLarge = true
      body = []
      return false
    }
    // The rest of a scrape mostly comes in a small second piece: room for it saves a copy.
    if body.isEmpty { body.reserveCapacity(bytes.count + bytes.count / 4) }
    unsafe body.append(contentsOf: bytes)
    return true
  }

  /// False past the limit of bytes, which informational answers and trailers count to.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    guard headerBytes <= Self.maximumHeaderBytes else {
      hasTooManyHeaders = true
      return false
    }
    let text = unsafe String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      headers = []
      status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(
        HTTPField(Self.trimmed(text[..<colon]), Self.trimmed(text[colon...].dropFirst())))
    }
    return true
  }

  /// False when its permit has ended.
  func mayLeave() -> Bool {
    lateness = request.permit?.lateness()
    return lateness == nil
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }

  /// Whether the request may speak to an address its host was resolved to.
  func allows(_ address: Address) -> Bool {
    guard case .publicOnly(let allowed) = request.reach else { return true }
    return address.isPublic || allowed.contains { $0.lowercased() == authority.host }
  }
}
