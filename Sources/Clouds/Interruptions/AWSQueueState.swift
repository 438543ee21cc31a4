import FleetModel

/// Which messages were read, what each said, and which may go.
struct AWSQueueState: Sendable {
  private struct Read: Sendable {
    var handle: String
    /// Notices of it that are not acknowledged.
    var open: Int
  }

  /// Receives at once in the next round.
  var width = 1
  /// To be deleted: handle by message.
  private(set) var doomed: [String: String] = [:]
  private var read: [String: Read] = [:]
  /// By notice: the messages that said it and wait for its acknowledgement, oldest first. Each
  /// acknowledgement is of one: a repeat that is not recorded yet stays.
  private var saying: [String: [String]] = [:]

  /// False when it is only to be deleted: it came again because its deletion had failed. One that
  /// comes again unacknowledged is given again: whoever had it may have been replaced.
  mutating func take(_ message: ReceiveMessageReply.Message, saying notices: [Interruption]) -> Bool
  {
    if doomed[message.MessageId] != nil {
      doomed[message.MessageId] = message.ReceiptHandle
      return false
    }
    if read[message.MessageId] != nil {
      for notice in notices { saying[notice.id]?.removeAll { $0 == message.MessageId } }
    }
    read[message.MessageId] = Read(handle: message.ReceiptHandle, open: notices.count)
    for notice in notices { saying[notice.id, default: []].append(message.MessageId) }
    return true
  }

  mutating func doom(_ message: ReceiveMessageReply.Message) {
    doomed[message.MessageId] = message.ReceiptHandle
  }

  mutating func acknowledge(_ notices: [Interruption]) {
    for notice in notices {
      guard let oldest = saying[notice.id]?.first else { continue }
      saying[notice.id]?.removeFirst()
      if saying[notice.id]?.isEmpty == true { saying[notice.id] = nil }
      read[oldest]?.open -= 1
      guard let done = read[oldest], done.open <= 0 else { continue }
      read[oldest] = nil
      doomed[oldest] = done.handle
    }
  }

  /// These were asked to be deleted. What failed through our fault (a handle that has expired: the
  /// message comes again under another) is not asked for again; what failed through theirs is.
  mutating func deleted(
    _ batch: [(key: String, value: String)], _ failures: [DeleteMessageBatchReply.Failure]
  ) {
    let kept = Set(failures.filter { $0.SenderFault != true }.compactMap { Int($0.Id) })
    for (place, message) in batch.enumerated() where !kept.contains(place) {
      // A handle that came meanwhile is of a repeat, to be deleted too.
      if doomed[message.key] == message.value { doomed[message.key] = nil }
    }
  }
}
