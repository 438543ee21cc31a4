import FleetModel
import Planner
import Ports

/// What an answer, or its absence, means for the caller; the same for every cloud.
enum CloudVerdict {
  /// A success is given back; every other answer is thrown as what the caller should do.
  ///
  /// The cloud's own words go before the status: EC2 says "no capacity" with a 500. A 5xx without
  /// words that clear it may have taken effect: for a call that changes something that is unknown,
  /// for one that only looks it is a reason to look again.
  static func check(
    _ reply: HTTPResponse, of call: CloudCall, fault: CloudFault?
  ) throws(ActuateError) {
    if (200...299).contains(reply.status), fault == nil { return }
    let kind = fault?.kind ?? kind(ofStatus: reply.status)
    let failure = ActFailure(
      kind: kind ?? .invalid, code: fault?.code ?? "HTTP \(reply.status)",
      message: fault?.message ?? excerpt(reply.body))
    let wait = fault?.retryAfter ?? retryAfter(reply)
    switch kind {
    case .throttled: throw .retryLater(after: wait, failure)
    case .unknown:
      if call.mutates { throw .outcomeUnknown("\(failure.code): \(failure.message)") }
      throw .retryLater(after: wait, failure)
    default: throw .refused(failure)
    }
  }

  static func kind(ofStatus status: Int) -> ActFailure.Kind? {
    switch status {
    case 401, 403: .auth
    case 404, 410: .notFound
    case 429, 509: .throttled
    // A redirect is a proxy speaking, not the cloud.
    case 100...399, 408, 500...599: .unknown
    default: nil
    }
  }

  /// The failure of an exchange that brought no answer.
  static func error(_ lost: TransportError, mutating: Bool) -> ActuateError {
    if case .tooLate(let lateness) = lost { return .tooLate(lateness) }
    let (text, maySent): (String, Bool) =
      switch lost {
      case .notSent(let why): (why, false)
      case .tooLate(let lateness): ("\(lateness)", false)
      case .timedOut(let limit): ("no answer within \(limit.brief)", true)
      case .broken(let why): ("the connection broke: \(why)", true)
      case .tooLarge(let limit): ("the answer is larger than \(limit) bytes", true)
      case .cancelled: ("cancelled while waiting for the answer", true)
      }
    if mutating, maySent { return .outcomeUnknown(text) }
    return .retryLater(
      after: nil, ActFailure(kind: .unknown, code: "NoAnswer", message: text))
  }

  /// A success that can not be read: cut short, or not what was asked.
  static func unreadable(_ call: CloudCall, _ detail: String = "") -> ActuateError {
    let text =
      "the answer to \(call.operation) is not what it should be"
      + (detail.isEmpty ? "" : ": \(detail)")
    if call.mutates { return .outcomeUnknown(text) }
    return .retryLater(
      after: nil, ActFailure(kind: .unknown, code: "UnreadableAnswer", message: text))
  }

  /// Of a request that is wrong before it is sent.
  static func wrong(_ code: String, _ message: String) -> ActuateError {
    .refused(ActFailure(kind: .invalid, code: code, message: message))
  }

  /// Of an act this cloud has not, with the reason its capabilities give.
  static func unsupported(_ intent: Intent, in cloud: CloudCapabilities) -> ActuateError {
    let reason: String
    switch cloud[intent] {
    case .cannot(let text): reason = text
    case .can: reason = "\(intent.rawValue) does not fit this subject"
    }
    return .refused(ActFailure(kind: .unsupported, code: "Unsupported", message: reason))
  }

  /// Seconds, or the date form (RFC 9110 10.2.3) less the answer's own Date; at most an hour.
  static func retryAfter(_ reply: HTTPResponse) -> Duration? {
    guard let text = reply.header("Retry-After") else { return nil }
    if let seconds = Int64(text) {
      return (0...3600).contains(seconds) ? .seconds(seconds) : nil
    }
    guard let until = Timestamp(httpDate: text),
      let now = reply.header("Date").flatMap(Timestamp.init(httpDate:))
    else { return nil }
    let wait = until.duration(since: now)
    return wait >= .zero && wait <= .hours(1) ? wait : nil
  }

  /// The start of a body nobody can read, for a person to recognise it by.
  private static func excerpt(_ body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(200), as: UTF8.self)
    let words = text.split { $0.isWhitespace }.joined(separator: " ")
    return words.isEmpty ? "empty body" : words
  }
}
