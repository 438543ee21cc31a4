public import FleetModel
public import Simulator

/// Reads a recorded fleet from a file: rows of t_s,pod,gpu_duty_pct,gpu_mem_used_mib, the file
/// decompressed by `gzip -dc` when its name ends in ".gz".
public enum Replay {
  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(String)
    /// Names the row, counted from 1.
    case recording(RecordingError)

    public var description: String {
      switch self {
      case .unreadable(let why): why
      case .recording(let error): error.description
      }
    }
  }

  /// - Parameters:
  ///   - start: the moment of the recording's second 0.
  ///   - acceleratorsPerNode: how many of the recording's pods, one GPU each, make a node.
  public static func read(
    file: String, start: Timestamp, acceleratorsPerNode: Int = 8
  ) throws(Failure) -> RecordedActivity {
    let content: [UInt8]
    do throws(RecordedFile.Unreadable) {
      content = try RecordedFile.content(of: file)
    } catch {
      throw .unreadable(error.description)
    }
    switch RecordedActivity.parse(csv: content) {
    case .failure(let error): throw .recording(error)
    case .success(let rows):
      return RecordedActivity(rows, start: start, acceleratorsPerNode: acceleratorsPerNode)
    }
  }
}
