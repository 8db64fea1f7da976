# One image; the command picks the role: api, worker, deliver, digest, clock, catcher, migrate.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci --include=dev
COPY src ./src
COPY workers ./workers
RUN npx tsc --project tsconfig.json \
 && npm prune --omit=dev \
 && rm -rf node_modules/typescript node_modules/@typescript dist/.tsbuildinfo

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Israel Briefing" \
      org.opencontainers.image.description="A newsletter service that a news publisher runs itself" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY bin ./bin
COPY scripts/role.mjs scripts/node-flags.mjs ./scripts/
COPY templates ./templates
COPY src/db/migrations ./src/db/migrations
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "scripts/role.mjs", "healthy"]
ENTRYPOINT ["node", "scripts/role.mjs"]
CMD ["api"]
