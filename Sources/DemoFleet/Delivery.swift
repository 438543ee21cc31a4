import FleetModel
import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Puts an answer on the wire, with whatever faults belong to it.
enum Delivery {
  /// The connection is to end without an answer.
  struct Dropped: Error {}

  /// A client that waits longer than this has forgotten its own limit.
  private static let longestHang = Duration.seconds(600)

  @concurrent static func send(
    _ exchange: LoopbackServer.Exchange, over writer: consuming ResponseWriter,
    channel: any Channel
  ) async throws {
    guard var answer = exchange.answer else { throw Dropped() }
    var slow = false
    for effect in exchange.effects {
      switch effect.kind {
      case .hang: try await hang(channel)
      case .delay: try await Task.sleep(for: .milliseconds(effect.milliseconds ?? 1000))
      case .dropBefore, .dropAfter: throw Dropped()
      case .slowLoris: slow = true
      case .zeros: answer = try await Zeros.answer(megabytes: effect.megabytes ?? 200)
      default: replace(&answer, for: effect)
      }
    }
    let skew = exchange.effects.compactMap(\.seconds).reduce(0, +)
    let head = head(of: answer, ahead: skew)
    var body = try await writer.writeHead(head)
    if slow { return try await drip(answer.body, into: &body) }
    let cut = exchange.effects.first { $0.kind == .truncate }
    if let more = answer.more {
      try await body.write(ByteBuffer(bytes: answer.body))
      return try await stream(more, cutting: cut != nil, into: body, channel)
    }
    guard let cut else {
      try await body.write(ByteBuffer(bytes: answer.body))
      return try await body.finish(nil)
    }
    let kept = Int(Double(answer.body.count) * min(1, max(0, cut.share ?? 0.5)))
    try await body.write(ByteBuffer(bytes: answer.body.prefix(kept)))
    throw Dropped()
  }

  /// Another answer in this one's place.
  private static func replace(_ answer: inout Answer, for effect: FaultEffect) {
    switch effect.kind {
    case .html:
      answer = Answer(contentType: "text/html", body: page("Sign in to the network"))
    case .status:
      let status = effect.status ?? 500
      answer =
        switch effect.body ?? .empty {
        case .empty: Answer(status: status, contentType: "text/plain", body: [])
        case .html: Answer(status: status, contentType: "text/html", body: page("Error \(status)"))
        case .text:
          Answer(status: status, contentType: "text/plain", body: Array("error \(status)\n".utf8))
        }
    default: break
    }
  }

  private static func page(_ title: String) -> [UInt8] {
    Array("<!DOCTYPE html>\n<html><head><title>\(title)</title></head><body></body></html>".utf8)
  }

  private static func head(of answer: Answer, ahead seconds: Int) -> HTTPResponse {
    var fields = HTTPFields()
    fields[.contentType] = answer.contentType
    fields[.date] = HTTPDateText.text(Date().addingTimeInterval(Double(seconds)))
    if !answer.chunked, answer.more == nil { fields[.contentLength] = String(answer.body.count) }
    for header in answer.headers {
      if let name = HTTPField.Name(header.name) { fields[name] = header.value }
    }
    return HTTPResponse(status: HTTPResponse.Status(code: answer.status), headerFields: fields)
  }

  /// Pieces as they come, until there are no more or the other side is gone; `cutting` ends the
  /// connection in the middle of the first.
  @concurrent private static func stream(
    _ more: @Sendable () async -> [UInt8]?, cutting: Bool,
    into body: consuming some ResponseBodyWriter, _ channel: any Channel
  ) async throws {
    while channel.isActive, let piece = await more() {
      guard !piece.isEmpty else { continue }
      guard cutting else {
        try await body.write(ByteBuffer(bytes: piece))
        continue
      }
      try await body.write(ByteBuffer(bytes: piece.prefix(piece.count / 2)))
      throw Dropped()
    }
    try await body.finish(nil)
  }

  private static func hang(_ channel: any Channel) async throws {
    let until = ContinuousClock.now.advanced(by: longestHang)
    while channel.isActive, ContinuousClock.now < until {
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Dropped()
  }

  @concurrent private static func drip(
    _ bytes: [UInt8], into body: inout some ResponseBodyWriter
  ) async throws {
    for byte in bytes {
      try await body.write(ByteBuffer(bytes: [byte]))
      try await Task.sleep(for: .seconds(1))
    }
    throw Dropped()
  }
}

/// The Date header's text (RFC 9110 5.6.7).
enum HTTPDateText {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  static func text(_ date: Date) -> String {
    let seconds = Int64(date.timeIntervalSince1970)
    let parts = Timestamp(seconds: seconds).description.split { "-T:Z".contains($0) }
    let month = (Int(parts[1]) ?? 1) - 1
    let day = days[Int(seconds / 86_400 % 7)]
    return
      "\(day), \(parts[2]) \(months[month]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
  }
}
