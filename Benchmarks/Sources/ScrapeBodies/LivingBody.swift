import FleetModel

/// A whole HTTP answer with a scrape in it, whose values move from one answer to the next.
///
/// It is sent as dcgm-exporter sends it: chunked, in one chunk, without a content type of the text
/// format (NVIDIA/dcgm-exporter, internal/pkg/server/server.go). Values move in place, in their
/// last digits, so that serving costs little beside what is measured.
public struct LivingBody {
  public private(set) var answer: [UInt8]
  /// Where the moving digits stand.
  private var places: [Int] = []
  private var turn: UInt8 = 0

  public init(seed: UInt64) {
    let body = ScrapeBody.bytes(seed: seed)
    let head = """
      HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\n\
      Content-Type: text/plain; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n\
      \(String(body.count, radix: 16))\r\n
      """
    answer = Array(head.utf8)
    let start = answer.count
    answer += body
    answer += Array("\r\n0\r\n\r\n".utf8)
    places = Self.movingPlaces(in: body).map { $0 + start }
  }

  /// Moves every value that would move on a GPU at work.
  public mutating func move() {
    turn = (turn + 1) % 9
    for place in places { answer[place] = 0x30 + (answer[place] - 0x30 + 1 + turn) % 10 }
  }

  /// The last digits, three at most, of each value of a field that moves; never its first digit.
  private static func movingPlaces(in body: [UInt8]) -> [Int] {
    let still = Set(DeviceField.allCases.filter(\.standsStill).map { Array($0.metricName.utf8) })
    var places: [Int] = []
    var start = 0
    for (end, byte) in body.enumerated() where byte == 0x0a {
      defer { start = end + 1 }
      let line = body[start..<end]
      guard let name = line.firstIndex(of: 0x7b), !still.contains(Array(line[..<name])),
        let blank = line.lastIndex(of: 0x20)
      else { continue }
      let digits = line[(blank + 1)...]
      places += digits.indices.suffix(min(3, max(1, digits.count - 2)))
    }
    return places
  }
}

extension DeviceField {
  /// What is the same in nearly every scrape of a healthy machine.
  var standsStill: Bool {
    switch self {
    case .pcieReplays, .xidErrors, .vgpuLicense, .uncorrectableRemappedRows,
      .correctableRemappedRows, .rowRemapFailure, .memoryReserved, .encoderUtilization,
      .memoryClock:
      true
    default: false
    }
  }
}
