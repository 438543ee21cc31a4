import FleetModel
import Ports
import Testing

@testable import Controller

@Suite("The buffer of readings")
struct ReadingBufferTests {
  static let start = Timestamp(seconds: 1_795_251_600)
  static let heard = ContinuousClock.now

  /// What a DCGM exporter of a node of eight says, with all fields and awkward numbers.
  static func reading(_ node: Int, at second: Int64, devices: Int = 8) -> NodeReading {
    let accelerators = (0..<devices).map { index in
      var fields = DeviceReading()
      for field in DeviceField.allCases {
        let seed = Double(node * 31 + index * 7 + field.rawValue) + Double(second) * 0.37
        fields[field] = field.rawValue.isMultiple(of: 4) ? seed / 1000 : seed.rounded()
      }
      return AcceleratorReading(
        id: AcceleratorID("GPU-0000000-\(node)-\(index)-aaaaaaaaaaaaaaaa"),
        model: "NVIDIA H100 80GB HBM3", fields: fields)
    }
    return NodeReading(
      target: Target("10.0.\(node / 256).\(node % 256):9400"),
      receivedAt: start.advanced(by: .seconds(second)), accelerators: accelerators,
      requests: RequestReading(running: 3, finished: 12345.5, cacheUsage: 0.25),
      host: HostReading(cpuIdleSeconds: 1234.56, networkBytes: 9e12), rejectedSamples: 2,
      hostname: "node-\(node)", driver: "550.54.15", halfExchange: .microseconds(1234))
  }

  @Test("a reading comes out as it went in, to the last bit; what was absent stays absent")
  func exact() {
    var sparse = Self.reading(1, at: 0, devices: 1)
    sparse.accelerators[0].fields = DeviceReading()
    sparse.accelerators[0].fields[DeviceField.allCases[0]] = 0
    (sparse.requests, sparse.host, sparse.hostname, sparse.driver) = (nil, nil, nil, nil)
    for reading in [Self.reading(7, at: 15), sparse, Self.reading(3, at: 1, devices: 0)] {
      let packed = PackedReading(reading, .of(reading, like: nil))
      #expect(packed.unpacked() == reading)
    }
  }

  /// ATTACK S9: 8,192 readings were ten minutes of 200 targets and two of 1,000.
  @Test("ten minutes of 1,000 nodes of 8 GPUs every 15 s are within 64 MiB, and none is lost")
  func tenMinutes() {
    var buffer = ReadingBuffer()
    let round = (0..<1000).map { Self.reading($0, at: 15) }
    for _ in 0..<40 { for reading in round { buffer.append(reading, heard: Self.heard) } }
    print("40,000 readings: \(buffer.bytes) bytes, \(buffer.bytes / 40_000) each")
    #expect(buffer.lost == 0)
    #expect(buffer.count == 40_000)
    #expect(buffer.bytes <= ReadingBuffer.standard)
  }

  @Test("past the bound the oldest go and are counted, unless they were stored")
  func bound() throws {
    var buffer = ReadingBuffer(limit: 20_000)
    for second in 0..<100 { buffer.append(Self.reading(1, at: Int64(second)), heard: Self.heard) }
    #expect(buffer.bytes <= 20_000)
    #expect(buffer.lost == 100 - buffer.count)
    let rest = try #require(buffer.unstored(atMost: 1000))
    #expect(rest.readings.count == buffer.count)
    #expect(rest.readings.last == Self.reading(1, at: 99))
    let lost = buffer.lost
    buffer.keepStored(upTo: rest.upTo, at: Self.heard)
    #expect(buffer.unstored(atMost: 1000) == nil)
    buffer.append(Self.reading(1, at: 100), heard: Self.heard)
    #expect(buffer.lost == lost)
    #expect(buffer.unstored(atMost: 1000)?.readings.count == 1)
  }

  @Test("what is stored is kept for a minute; what is not, until it is")
  func minute() throws {
    var buffer = ReadingBuffer()
    for second in 0..<120 {
      buffer.append(
        Self.reading(1, at: Int64(second)), heard: Self.heard + .seconds(Int64(second)))
    }
    let part = try #require(buffer.unstored(atMost: 100))
    buffer.keepStored(upTo: part.upTo, at: Self.heard + .seconds(119))
    #expect(buffer.count == 61)
    #expect(buffer.unstored(atMost: 1000)?.readings.count == 20)
    buffer.letGo(at: Self.heard + .seconds(400))
    #expect(buffer.count == 0)
    #expect(buffer.lost == 0)
  }
}
