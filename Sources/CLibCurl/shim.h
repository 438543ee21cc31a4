#include <curl/curl.h>

/* curl_easy_setopt, curl_multi_setopt and curl_easy_getinfo are variadic, which Swift cannot call:
   one function for each type of argument. */

static inline CURLcode finops_easy_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode finops_easy_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode finops_easy_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode finops_easy_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode finops_easy_list(
    CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

/* The bytes are copied. */
static inline CURLcode finops_easy_blob(
    CURL *easy, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(easy, option, &blob);
}

/* CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION. */
typedef size_t (*finops_receive)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode finops_easy_receive(
    CURL *easy, CURLoption option, finops_receive value) {
  return curl_easy_setopt(easy, option, value);
}

/* CURLOPT_OPENSOCKETFUNCTION. */
typedef curl_socket_t (*finops_open_socket)(
    void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode finops_easy_open_socket(CURL *easy, finops_open_socket value) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

/* CURLOPT_PREREQFUNCTION, since libcurl 7.80: after connecting, before the request. */
typedef int (*finops_before_request)(
    void *context, char *peer, char *local, int peer_port, int local_port);

static inline CURLcode finops_easy_before_request(CURL *easy, finops_before_request value) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode finops_info_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode finops_multi_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/* The message's union has no tag that Swift could read. */
static inline CURLcode finops_message_result(const CURLMsg *message) {
  return message->data.result;
}
