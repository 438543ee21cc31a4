public import FleetModel
public import Ports

/// Reads NVIDIA's dcgm-exporter, and vLLM's request figures where they stand in the same body.
///
/// One GET of http://TARGET/metrics. The exporter sends text without a type, chunked and never
/// compressed (NVIDIA/dcgm-exporter, internal/pkg/server/server.go); compression is accepted from
/// what may stand before it.
public struct DCGMCollector: Collector {
  private let transport: any HTTPTransport
  private let reader: DCGMReader
  private let limits: HTTPLimits

  /// - Parameters:
  ///   - limits: of one scrape; `decodedBytes` also bounds the parser.
  ///   - layouts: how many targets' layouts are remembered.
  public init(
    transport: any HTTPTransport, limits: HTTPLimits = HTTPLimits(), layouts: Int = 8192
  ) {
    self.transport = transport
    self.limits = limits
    reader = DCGMReader(
      limits: ExpositionLimits(bytes: limits.decodedBytes), layouts: layouts)
  }

  public func collect(
    _ target: Target, at moment: Timestamp
  ) async throws(CollectError) -> NodeReading {
    guard TargetsFile.isAddress(target.rawValue) else {
      throw .unreachable("“\(target)” is not host:port")
    }
    let response: HTTPResponse
    do throws(TransportError) {
      response = try await transport.send(request(for: target))
    } catch {
      throw Self.collectError(error)
    }
    guard response.status == 200 else { throw .status(response.status) }
    try refuseCutOff(response)
    return try reader.read(response.body, from: target, at: moment)
  }

  private func request(for target: Target) -> HTTPRequest {
    HTTPRequest(
      url: "http://\(target.rawValue)/metrics",
      headers: [HTTPField("Accept", "text/plain;version=0.0.4;q=1,*/*;q=0.1")], limits: limits)
  }

  /// OpenMetrics ends in "# EOF"; without it the body is not whole.
  private func refuseCutOff(_ response: HTTPResponse) throws(CollectError) {
    let type = response.header("Content-Type") ?? ""
    guard type.hasPrefix("application/openmetrics-text") else { return }
    var end = response.body.endIndex
    while end > 0, response.body[end - 1] == 0x0a || response.body[end - 1] == 0x0d { end -= 1 }
    guard response.body[..<end].suffix(5).elementsEqual("# EOF".utf8) else {
      throw .notMetrics("OpenMetrics without its “# EOF”: the body was cut off")
    }
  }

  private static func collectError(_ error: TransportError) -> CollectError {
    switch error {
    case .notSent(let reason), .broken(let reason): .unreachable(reason)
    case .timedOut(let limit):
      .unreachable("no whole answer in time (at most \(limit.milliseconds) ms)")
    case .tooLarge(let limit): .tooLarge(limit: limit)
    case .tooLate(let lateness): .unreachable("\(lateness)")
    case .cancelled: .cancelled
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 { microseconds / 1000 }
}
