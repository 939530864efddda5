// From a request's pairs to the event of `cloudfront-js-2.0`, through `handler`, and back to pairs.
// Pairs in lists keep their order, and a name such as `__proto__` stays an ordinary name.
async text => {
  const input = JSON.parse(text);

  const grouped = pairs => {
    const values = new Map();
    for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), { value }]);
    const field = all => all.length > 1 ? { value: all[0].value, multiValue: all } : { value: all[0].value };
    return Object.fromEntries([...values].map(([name, all]) => [name, field(all)]));
  };
  const pairs = fields => Object.entries(fields ?? {}).flatMap(
    ([name, field]) => (field.multiValue ?? [field]).map(({ value }) => [name, String(value ?? '')]));

  const request = {
    method: input.method,
    uri: input.uri,
    querystring: grouped(input.query),
    headers: grouped(input.headers),
    cookies: grouped(input.cookies),
  };
  const fields = of => [of.querystring, of.headers, of.cookies];
  const before = fields(request).map(field => JSON.stringify(field));

  const result = await handler({
    version: '1.0',
    context: {
      distributionDomainName: 'local.cloudfront.net',
      distributionId: 'LOCAL',
      eventType: 'viewer-request',
      requestId: input.requestId,
    },
    viewer: { ip: input.ip },
    request,
  });

  if (typeof result?.statusCode === 'number') {
    const cookies = Object.entries(result.cookies ?? {}).map(
      ([name, { value, attributes }]) => ['set-cookie', `${name}=${value}${attributes ? `; ${attributes}` : ''}`]);
    const { data, encoding } = typeof result.body === 'object' && result.body || { data: result.body };
    return JSON.stringify({ response: {
      status: result.statusCode,
      headers: [...pairs(result.headers), ...cookies],
      body: data ?? '',
      isBase64: encoding === 'base64',
    } });
  }
  if (typeof result?.uri === 'string') {
    const changed = fields(result).map(
      (field, index) => JSON.stringify(field ?? {}) === before[index] ? null : pairs(field));
    return JSON.stringify({ request: {
      uri: result.uri, query: changed[0], headers: changed[1], cookies: changed[2],
    } });
  }
  return JSON.stringify({ neither: result === undefined ? 'nothing' : JSON.stringify(result) });
}
