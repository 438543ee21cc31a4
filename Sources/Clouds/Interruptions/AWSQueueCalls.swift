import Ports

extension AWSService {
  static let queues = AWSService("sqs", .json(version: "1.0", target: "AmazonSQS"))
}

extension AWSCall {
  /// As many messages as one call gives: 10. `wait` and `hidden` are in seconds; 20 is the longest
  /// SQS waits.
  static func receiveMessages(_ queue: String, wait: Int64, hidden: Int64) -> AWSCall {
    AWSCall(
      "ReceiveMessage",
      json: [
        "QueueUrl": .text(queue), "MaxNumberOfMessages": 10, "WaitTimeSeconds": .number(wait),
        "VisibilityTimeout": .number(hidden),
      ])
  }

  /// At most 10 handles; the entries' ids are their places in the list.
  static func deleteMessages(_ queue: String, handles: [String]) -> AWSCall {
    let entries = handles.enumerated().map { place, handle -> AWSJSON in
      ["Id": .text(String(place)), "ReceiptHandle": .text(handle)]
    }
    return AWSCall(
      "DeleteMessageBatch", .change, json: ["QueueUrl": .text(queue), "Entries": .list(entries)])
  }
}

struct ReceiveMessageReply: Decodable, Sendable {
  /// Absent when there are none.
  var Messages: [Message]?

  struct Message: Decodable, Sendable {
    var MessageId: String
    var ReceiptHandle: String
    var Body: String?
  }
}

struct DeleteMessageBatchReply: Decodable, Sendable {
  var Failed: [Failure]?

  struct Failure: Decodable, Sendable {
    var Id: String
    var SenderFault: Bool?
    var Code: String?
  }
}
