import FleetModel
import Foundation
import Ports
import TestSupport
import Testing

@testable import Collectors

@Suite struct DCGMReaderTests {
  static func read(
    _ text: String, with reader: DCGMReader = DCGMReader()
  ) throws(CollectError) -> NodeReading {
    try reader.read(Array(text.utf8), from: "node-1:9400", at: Bodies.noon)
  }

  @Test("the fields of each GPU are read, sorted by its UUID")
  func fields() throws {
    let text = Bodies.line(.gpuUtilization, "35", gpu: 1) + Bodies.line(.gpuUtilization, "0")
    let reading = try Self.read(text + Bodies.line(.powerUsage, "68.969000", gpu: 1))
    #expect(reading.accelerators.map(\.id.rawValue) == [Bodies.uuid(0), Bodies.uuid(1)])
    #expect(reading.accelerators[0].fields[.gpuUtilization] == 0)
    #expect(reading.accelerators[0].fields[.powerUsage] == nil)
    #expect(reading.accelerators[1].fields[.powerUsage] == 68.969)
    #expect(reading.accelerators[1].model == "NVIDIA H100 80GB HBM3")
    #expect(reading.receivedAt == Bodies.noon)
    #expect(reading.rejectedSamples == 0 && reading.requests == nil)
  }

  @Test(
    "a value that cannot be true is absent and counted, never zero",
    arguments: [
      "NaN", "+Inf", "-Inf", "9223372036854775794", "9223372036854775792", "2147483632",
      "140737488355328.000000", "-1", "105.000001", "1e308",
    ])
  func impossible(value: String) throws {
    let reading = try Self.read(
      Bodies.line(.gpuUtilization, value) + Bodies.line(.smClock, "300"))
    #expect(reading.accelerators.first?.fields[.gpuUtilization] == nil)
    #expect(reading.accelerators.first?.fields[.smClock] == 300)
    #expect(reading.rejectedSamples == 1)
  }

  @Test("a series twice counts once if its values agree, and not at all if they differ")
  func duplicates() throws {
    let pod = ",pod=\"a\""
    let agreeing = try Self.read(
      Bodies.line(.gpuUtilization, "7") + Bodies.line(.gpuUtilization, "7", extra: pod))
    #expect(agreeing.accelerators.first?.fields[.gpuUtilization] == 7)
    #expect(agreeing.rejectedSamples == 0)
    let differing = try Self.read(
      Bodies.line(.gpuUtilization, "0") + Bodies.line(.gpuUtilization, "98", extra: pod)
        + Bodies.line(.gpuUtilization, "0"))
    #expect(differing.accelerators.first?.fields[.gpuUtilization] == nil)
    #expect(differing.rejectedSamples == 2)
    let blank = try Self.read(
      Bodies.line(.gpuUtilization, "NaN") + Bodies.line(.gpuUtilization, "0", extra: pod))
    #expect(blank.accelerators.first?.fields[.gpuUtilization] == nil)
  }

  @Test("a slice of a GPU is an accelerator of its own")
  func slices() throws {
    func slice(_ id: String) -> String {
      Bodies.line(.engineActive, "0.5", extra: ",GPU_I_PROFILE=\"1g\",GPU_I_ID=\"\(id)\"")
    }
    let text = Bodies.line(.powerUsage, "99") + slice("7") + slice("11") + slice("")
    let reading = try Self.read(text)
    let uuid = Bodies.uuid(0)
    #expect(reading.accelerators.map(\.id.rawValue) == [uuid, uuid + "/11", uuid + "/7"])
    #expect(reading.accelerators[0].fields.count == 2)
    #expect(reading.accelerators[1].fields[.powerUsage] == nil)
  }

  @Test("a field without UUID belongs to no accelerator; a UUID that is no word is rejected")
  func identity() throws {
    let none = try Self.read("DCGM_FI_DEV_GPU_UTIL{cpu=\"0\"} 1\nDCGM_FI_DEV_GPU_UTIL 2\n")
    #expect(none.accelerators.isEmpty && none.rejectedSamples == 0)
    let hostile = try Self.read("DCGM_FI_DEV_GPU_UTIL{UUID=\"<b>\\n\"} 1\n")
    #expect(hostile.accelerators.isEmpty && hostile.rejectedSamples == 1)
  }

  @Test("no more than 1024 accelerators are believed")
  func manyDevices() throws {
    let text = (0...1024).map { "DCGM_FI_DEV_GPU_UTIL{UUID=\"GPU-\($0)\"} 1\n" }.joined()
    let reading = try Self.read(text)
    #expect(reading.accelerators.count == 1024 && reading.rejectedSamples == 1)
  }

  @Test("tokens and first tokens are summed over engines, of caches the fullest counts")
  func pressures() throws {
    let text = """
      vllm:generation_tokens_total{engine="0"} 100
      vllm:generation_tokens_total{engine="1"} 50
      vllm:time_to_first_token_seconds_sum{engine="0"} 1.5
      vllm:time_to_first_token_seconds_count{engine="0"} 3
      vllm:time_to_first_token_seconds_bucket{engine="0",le="1"} 3
      vllm:kv_cache_usage_perc{engine="0"} 0.25
      vllm:kv_cache_usage_perc{engine="1"} 0.75

      """
    #expect(
      try Self.read(text).requests
        == RequestReading(
          tokens: 150, firstTokenSeconds: 1.5, firstTokens: 3, cacheUsage: 0.75))
  }

  @Test("a cache fuller than full is not believed")
  func impossibleCache() throws {
    let text = "vllm:num_requests_running{engine=\"0\"} 1\nvllm:kv_cache_usage_perc 1.06\n"
    #expect(try Self.read(text).requests == RequestReading(running: 1))
  }

  @Test("request figures are summed over engines; a part that cannot be true makes none")
  func requests() throws {
    let text = """
      vllm:num_requests_running{engine="0"} 3.0
      vllm:num_requests_running{engine="1"} 4.0
      vllm:num_requests_waiting{engine="0"} NaN
      vllm:num_requests_waiting{engine="1"} 4.0
      vllm:num_requests_waiting_by_reason{engine="0",reason="capacity"} 9.0
      vllm:request_success_total{finished_reason="stop"} 10.0
      vllm:request_success_total{finished_reason="length"} 5.0
      vllm:request_success_created{finished_reason="length"} 1.7e9

      """
    let reading = try Self.read(text)
    #expect(reading.requests == RequestReading(running: 7, waiting: nil, finished: 15))
    #expect(reading.rejectedSamples == 1 && reading.accelerators.isEmpty)
  }

  @Test(
    "what is no exposition says what it is",
    arguments: [
      ("<!DOCTYPE html>\n<b>", "HTML or XML, begins with “<!DOCTYPE html>·<b>”"),
      ("{\"a\":1}", "JSON, begins with “{\"a\":1}”"),
      ("", "an empty body"), (" \n", "a body of blanks"),
      ("\u{1b}[31mred", "binary, begins with byte 0x1b"),
      ("# only a comment\n", "line 1: no samples"),
      ("a 1\nb", "line 2: ends where a blank or “{” should be"),
    ])
  func foreign(text: String, words: String) {
    #expect(throws: CollectError.notMetrics(words)) { try Self.read(text) }
  }

  @Test("a body is read at the limit of bytes and refused past it")
  func tooLarge() throws {
    let reader = DCGMReader(limits: ExpositionLimits(bytes: 5))
    #expect(try Self.read("ab 1\n", with: reader).accelerators.isEmpty)
    #expect(throws: CollectError.tooLarge(limit: 5)) { try Self.read("ab 12\n", with: reader) }
  }
}

@Suite struct DCGMSampleTests {
  static let t4 = "samples/dcgm/dcgm-exporter.tesla-t4.captured.prom"
  static let blank = "samples/dcgm/dcgm-exporter.readme-blank-value.prom"
  static let a10g = "samples/dcgm/dcgm-exporter.a10g-k8s.captured-line.prom"
  static let vllm = "samples/vllm/vllm.opt-125m.captured.prom"
  static let queue = "samples/vllm/vllm-v1.queue.captured.prom"
  static let counters = "samples/dcgm/default-counters.csv"

  static func reading(_ path: String) throws -> NodeReading {
    let url = try #require(SharedFiles.url(path))
    return try DCGMReader().read(
      Array(try Foundation.Data(contentsOf: url)), from: "node-1:9400", at: Bodies.noon)
  }

  @Test("a Tesla T4's real body is read", .enabled(if: SharedFiles.exists(t4)))
  func teslaT4() throws {
    let reading = try Self.reading(Self.t4)
    let gpu = try #require(reading.accelerators.first)
    #expect(reading.accelerators.count == 1)
    #expect(gpu.id == "GPU-20c56d28-0da5-6d26-a36a-e7af1ce2586e" && gpu.model == "Tesla T4")
    #expect(gpu.fields[.smClock] == 300 && gpu.fields[.powerUsage] == 8.969)
    #expect(gpu.fields[.totalEnergy] == 128_996_013 && gpu.fields[.gpuUtilization] == 0)
  }

  @Test("a real blank sentinel is absent", .enabled(if: SharedFiles.exists(blank)))
  func blankValue() throws {
    let reading = try Self.reading(Self.blank)
    #expect(reading.accelerators.first?.fields[.memoryTemperature] == nil)
    #expect(reading.accelerators.first?.fields.count == 2 && reading.rejectedSamples == 1)
  }

  @Test("a real line with pod labels is read", .enabled(if: SharedFiles.exists(a10g)))
  func podLabels() throws {
    let reading = try Self.reading(Self.a10g)
    #expect(reading.accelerators.first?.fields[.dramActive] == 0.000003)
  }

  @Test("real vLLM bodies give their request figures", .enabled(if: SharedFiles.exists(vllm)))
  func servers() throws {
    #expect(try Self.reading(Self.vllm).requests?.running == 0)
    let queue = try Self.reading(Self.queue).requests
    #expect(queue == RequestReading(running: 24, waiting: 72, cacheUsage: 0))
  }

  @Test(
    "every default counter of the exporter has a field", .enabled(if: SharedFiles.exists(counters)))
  func defaultCounters() throws {
    let url = try #require(SharedFiles.url(Self.counters))
    let names = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") && !$0.contains(" label,") }
      .map { String($0.prefix { $0 != "," && $0 != " " }) }
    // The power limit is read where people have added it.
    let fields = Set(DeviceField.allCases).subtracting([.powerLimit])
    #expect(Set(names) == Set(fields.map(\.metricName)))
  }
}
