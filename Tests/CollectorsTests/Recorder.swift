import Testing

@testable import Collectors

/// A visitor that keeps everything, for comparing parsers.
struct Recorder: ExpositionVisitor {
  struct Sample: Equatable {
    var name: String
    var labels: [[String]] = []
    var value = 0.0

    static func == (left: Sample, right: Sample) -> Bool {
      left.name == right.name && left.labels == right.labels
        && (left.value == right.value || left.value.isNaN && right.value.isNaN)
    }
  }

  var samples: [Sample] = []
  private var current = Sample(name: "")

  mutating func series(_ name: BodyText) { current = Sample(name: name.unescaped) }

  mutating func label(_ name: BodyText, _ value: BodyText) {
    current.labels.append([name.unescaped, value.unescaped])
  }

  mutating func sample(_ value: Double, name: BodyText, tail: BodyText, isBare: Bool) {
    current.value = value
    samples.append(current)
  }

  static func samples(
    in text: String, limits: ExpositionLimits = ExpositionLimits()
  ) throws(ExpositionError) -> [Sample] {
    try samples(in: Array(text.utf8), limits: limits)
  }

  static func samples(
    in body: [UInt8], limits: ExpositionLimits = ExpositionLimits()
  ) throws(ExpositionError) -> [Sample] {
    var recorder = Recorder()
    try unsafe body.withUnsafeBufferPointer { bytes throws(ExpositionError) in
      try unsafe ExpositionParser(limits: limits).parse(bytes, into: &recorder)
    }
    return recorder.samples
  }
}
