public import FleetModel

/// A recorded fleet: rows of (t_s, pod, gpu_duty_pct, gpu_mem_used_mib) on a regular grid.
///
/// Every pod is one accelerator of a node; pods in ascending order fill the nodes. A row holds
/// until the next one is due; where rows are missing there is nothing, which is not zero.
public struct RecordedActivity: ActivitySource {
  /// When second 0 of the recording is.
  public var start: Timestamp
  /// How far apart rows are.
  public var grid: Duration
  public var acceleratorsPerNode: Int
  public let pods: [Int]
  private let series: [[Row]]

  /// One row; duty in percent, memory in MiB, either may be unknown.
  public struct Row: Sendable, Hashable {
    public var seconds: Int
    public var pod: Int
    public var dutyPercent: Double?
    public var memoryMiB: Double?

    public init(seconds: Int, pod: Int, dutyPercent: Double?, memoryMiB: Double?) {
      self.seconds = seconds
      self.pod = pod
      self.dutyPercent = dutyPercent
      self.memoryMiB = memoryMiB
    }
  }

  /// Rows in any order; 57 s is the grid of the published recording.
  public init(
    _ rows: [Row], start: Timestamp, grid: Duration = .seconds(57), acceleratorsPerNode: Int = 1
  ) {
    self.start = start
    self.grid = grid
    self.acceleratorsPerNode = max(1, acceleratorsPerNode)
    var byPod: [Int: [Row]] = [:]
    for row in rows { byPod[row.pod, default: []].append(row) }
    pods = byPod.keys.sorted()
    series = pods.map { (byPod[$0] ?? []).sorted { $0.seconds < $1.seconds } }
  }

  public var nodeCount: Int { (pods.count + acceleratorsPerNode - 1) / acceleratorsPerNode }

  /// The length of the recording, its last row included.
  public var length: Duration {
    let last = series.compactMap(\.last?.seconds).max()
    return last.map { .seconds(Int64($0)) + grid } ?? .zero
  }

  public func activity(
    node: Int, accelerator: Int, at moment: Timestamp
  ) -> DeviceActivity? {
    let index = node * acceleratorsPerNode + accelerator
    guard accelerator < acceleratorsPerNode, series.indices.contains(index) else { return nil }
    let elapsed = moment.duration(since: start)
    guard let row = last(in: series[index], upTo: elapsed) else { return nil }
    guard elapsed - .seconds(Int64(row.seconds)) < grid, let duty = row.dutyPercent else {
      return nil
    }
    return DeviceActivity(duty: duty / 100, memoryUsed: row.memoryMiB)
  }

  /// The last row not after `elapsed`, by bisection.
  private func last(in rows: [Row], upTo elapsed: Duration) -> Row? {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if .seconds(Int64(rows[middle].seconds)) <= elapsed {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low == 0 ? nil : rows[low - 1]
  }
}
