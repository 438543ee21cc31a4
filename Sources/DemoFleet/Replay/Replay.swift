public import FleetModel
import Foundation
public import Simulator

/// A recorded fleet: rows of t_s,pod,gpu_duty_pct,gpu_mem_used_mib.
///
/// Each pod is one GPU; pods are taken in the order of their names and put `perNode` to a node.
/// What a row says holds until the pod's next row, at most three of its usual intervals; where the
/// recording is silent the exporter has nothing to say either.
public struct Replay: ActivitySource {
  /// The pods, in the order of their GPUs.
  public let pods: [String]
  public let perNode: Int
  /// The time from the first row to the last.
  public let length: Duration
  private let tracks: [Track]
  private let start: Timestamp

  private struct Track: Sendable {
    var at: [Int64] = []
    var duty: [Double] = []
    var memory: [Double?] = []
    var hold: Int64 = 0
  }

  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(String)
    /// The row's number in the file, from 1, and what is wrong with it.
    case badRow(Int, String)

    public var description: String {
      switch self {
      case .unreadable(let why): why
      case .badRow(let row, let why): "row \(row): \(why)"
      }
    }
  }

  public var nodes: Int { (pods.count + perNode - 1) / perNode }

  /// Reads a CSV file, decompressed by `gzip -dc` when its name ends in ".gz". Row time 0 is
  /// `start`.
  public init(file: String, perNode: Int = 8, start: Timestamp) throws(Failure) {
    try self.init(csv: try Self.content(of: file), perNode: perNode, start: start)
  }

  public init(csv: [UInt8], perNode: Int = 8, start: Timestamp) throws(Failure) {
    var tracks: [String: Track] = [:]
    var range: (first: Int64, last: Int64)?
    for (index, line) in csv.split(separator: UInt8(ascii: "\n")).enumerated() {
      let row = index + 1
      if row == 1 {
        try Self.checkHeader(line)
        continue
      }
      let parsed = try Self.parse(line, row: row)
      let last = tracks[parsed.pod]?.at.last ?? Int64.min
      guard parsed.at > last else {
        throw .badRow(row, "the time of pod \(parsed.pod) does not go forward")
      }
      tracks[parsed.pod, default: Track()].at.append(parsed.at)
      tracks[parsed.pod, default: Track()].duty.append(parsed.duty)
      tracks[parsed.pod, default: Track()].memory.append(parsed.memory)
      range = (min(range?.first ?? parsed.at, parsed.at), max(range?.last ?? 0, parsed.at))
    }
    guard let range else { throw .unreadable("the file has no rows") }
    pods = tracks.keys.sorted { left, right in
      guard let first = Int(left), let second = Int(right) else { return left < right }
      return first < second
    }
    self.tracks = pods.compactMap { tracks[$0] }.map(Self.withHold)
    self.perNode = max(1, perNode)
    self.start = start
    length = .microseconds(range.last - range.first)
  }

  public func activity(
    node: Int, accelerator: Int, at moment: Timestamp
  ) -> DeviceActivity? {
    let index = node * perNode + accelerator
    guard node >= 0, accelerator >= 0, accelerator < perNode, index < tracks.count else {
      return nil
    }
    let track = tracks[index]
    let at = moment.duration(since: start).microseconds
    var (low, high) = (0, track.at.count)
    while low < high {
      let middle = (low + high) / 2
      if track.at[middle] <= at { low = middle + 1 } else { high = middle }
    }
    guard low > 0, at - track.at[low - 1] <= track.hold else { return nil }
    return DeviceActivity(duty: track.duty[low - 1] / 100, memoryUsed: track.memory[low - 1])
  }
}

extension Replay {
  private static let header = "t_s,pod,gpu_duty_pct,gpu_mem_used_mib"

  private static func checkHeader(_ line: ArraySlice<UInt8>) throws(Failure) {
    let text = String(decoding: line, as: UTF8.self).filter { $0 != "\r" }
    guard text == header else { throw .badRow(1, "expected \(header)") }
  }

  private static func parse(
    _ line: ArraySlice<UInt8>, row: Int
  ) throws(Failure) -> (at: Int64, pod: String, duty: Double, memory: Double?) {
    let fields = String(decoding: line, as: UTF8.self).filter { $0 != "\r" }
      .split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 4 else { throw .badRow(row, "expected 4 fields, found \(fields.count)") }
    guard let seconds = Double(fields[0]), (0...1e10).contains(seconds) else {
      throw .badRow(row, "“\(fields[0])” is not a time in seconds")
    }
    guard !fields[1].isEmpty else { throw .badRow(row, "the pod is empty") }
    guard let duty = Double(fields[2]), (0...100).contains(duty) else {
      throw .badRow(row, "“\(fields[2])” is not a duty of 0 to 100 percent")
    }
    let memory = Double(fields[3])
    guard fields[3].isEmpty || memory.map({ (0...4_194_304).contains($0) }) == true else {
      throw .badRow(row, "“\(fields[3])” is not a memory size in MiB")
    }
    return (Int64(seconds * 1_000_000), String(fields[1]), duty, memory)
  }

  /// Three of the pod's median intervals; ten minutes for a pod with a single row.
  private static func withHold(_ track: Track) -> Track {
    var track = track
    let steps = zip(track.at.dropFirst(), track.at).map { $0 - $1 }.sorted()
    track.hold = steps.isEmpty ? 600_000_000 : steps[steps.count / 2] * 3
    return track
  }

  private static func content(of file: String) throws(Failure) -> [UInt8] {
    guard file.hasSuffix(".gz") else {
      guard let content = FileManager.default.contents(atPath: file) else {
        throw .unreadable("\(file) can not be read")
      }
      return Array(content)
    }
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw .unreadable("\(file) can not be read")
    }
    return try gunzip(file)
  }

  private static func gunzip(_ file: String) throws(Failure) -> [UInt8] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", "--", file]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      let content = try output.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw Failure.unreadable("\(file) is not a whole gzip file")
      }
      return Array(content)
    } catch let failure as Failure {
      throw failure
    } catch {
      throw .unreadable("gzip can not be run: \(error)")
    }
  }
}
