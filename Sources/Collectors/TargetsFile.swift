public import FleetModel

/// The targets of a collector, one a line: `host:port`, then, if wanted, ` instance=ID`.
///
/// What follows a `#` is a comment. An IPv6 address stands in brackets. A target named twice counts
/// once; named twice with different instances it is an error.
public struct TargetsFile: Sendable, Hashable {
  public struct Entry: Sendable, Hashable {
    public var target: Target
    /// The machine the target is on, where the cloud's tags cannot say (DECISIONS 29).
    public var instance: NodeID?
    /// From 1.
    public var line: Int

    public init(target: Target, instance: NodeID? = nil, line: Int) {
      self.target = target
      self.instance = instance
      self.line = line
    }
  }

  /// In the order of the file; each target once.
  public private(set) var entries: [Entry] = []

  /// Reads the whole file; throws all its faults together.
  public init(parsing text: String) throws(TargetsFileError) {
    var problems: [TargetsFileError.Problem] = []
    var places: [Target: Int] = [:]
    let body = text.hasPrefix("\u{feff}") ? text.dropFirst() : text[...]
    let lines = body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      do throws(Fault) {
        guard let entry = try Self.entry(line, number: index + 1) else { continue }
        guard let place = places[entry.target] else {
          places[entry.target] = entries.count
          entries.append(entry)
          continue
        }
        try Self.merge(entry, into: &entries[place])
      } catch {
        problems.append(.init(line: index + 1, text: error.text))
      }
    }
    guard problems.isEmpty else { throw TargetsFileError(problems: problems) }
  }

  private struct Fault: Error { var text: String }

  private static func entry(_ line: Substring, number: Int) throws(Fault) -> Entry? {
    let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
    guard let address = words.first else { return nil }
    guard isAddress(address) else {
      throw Fault(text: "“\(shown(address))” is not host:port with a port of 1…65535")
    }
    var entry = Entry(target: Target(String(address)), line: number)
    for word in words.dropFirst() {
      guard word.hasPrefix("instance="), word.count > 9 else {
        throw Fault(text: "“\(shown(word))” is not instance=ID")
      }
      guard entry.instance == nil else { throw Fault(text: "instance= stands twice") }
      entry.instance = NodeID(String(word.dropFirst(9)))
    }
    return entry
  }

  private static func merge(_ entry: Entry, into known: inout Entry) throws(Fault) {
    guard let instance = entry.instance, instance != known.instance else { return }
    guard known.instance == nil else {
      throw Fault(text: "\(entry.target) has another instance on line \(known.line)")
    }
    known.instance = instance
  }

  private static func shown(_ word: Substring) -> String {
    String(
      word.unicodeScalars.prefix(60).map { scalar in
        scalar.properties.isWhitespace || scalar.value < 0x20 || scalar.value == 0x7f
          ? "·" : Character(scalar)
      })
  }

  /// host:port, "[::1]:9400" or "10.0.0.7:9400": nothing that could end the authority of a URL.
  static func isAddress(_ text: some StringProtocol) -> Bool {
    guard let colon = text.lastIndex(of: ":") else { return false }
    let host = text[..<colon]
    let port = text[text.index(after: colon)...]
    guard !host.isEmpty, host.utf8.count <= 255, port.utf8.count <= 5,
      port.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int(port),
      (1...65_535).contains(number)
    else { return false }
    if host.hasPrefix("[") {
      return host.hasSuffix("]") && host.utf8.count > 3
        && host.dropFirst().dropLast().utf8.allSatisfy {
          isHexadecimal($0) || $0 == 0x3a || $0 == 0x2e
        }
    }
    return host.utf8.allSatisfy { byte in
      (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2d || byte == 0x2e
        || byte == 0x5f
    }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
  }
}

/// All that is wrong in a targets file.
public struct TargetsFileError: Error, Sendable, Hashable {
  public struct Problem: Sendable, Hashable {
    /// From 1.
    public var line: Int
    public var text: String
    public init(line: Int, text: String) {
      self.line = line
      self.text = text
    }
  }
  /// In the order of the file, at least one.
  public var problems: [Problem]
  public init(problems: [Problem]) { self.problems = problems }
}
